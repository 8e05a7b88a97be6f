-- Logs, changesets and the side buffer (sync/store.h).

-- name: meta.get
SELECT value FROM meta WHERE name = ?

-- name: meta.put
INSERT INTO meta(name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: log.get
SELECT log, device, incarnation, head_seq, head_hash, receipted_seq, receipted_hash, own, closed, last_written_at,
    anchor_epoch, anchor_seq, anchor_hash
FROM logs WHERE log = ?

-- name: log.put
INSERT INTO logs(log, device, incarnation, head_seq, head_hash, receipted_seq, receipted_hash, own, closed,
    last_written_at, anchor_epoch, anchor_seq, anchor_hash)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (log) DO UPDATE
SET device = excluded.device, incarnation = excluded.incarnation, head_seq = excluded.head_seq,
    head_hash = excluded.head_hash, receipted_seq = excluded.receipted_seq,
    receipted_hash = excluded.receipted_hash, own = excluded.own, closed = excluded.closed,
    last_written_at = excluded.last_written_at, anchor_epoch = excluded.anchor_epoch,
    anchor_seq = excluded.anchor_seq, anchor_hash = excluded.anchor_hash

-- name: log.all
SELECT log, device, incarnation, head_seq, head_hash, receipted_seq, receipted_hash, own, closed, last_written_at,
    anchor_epoch, anchor_seq, anchor_hash
FROM logs ORDER BY log

-- name: log.own
SELECT log, device, incarnation, head_seq, head_hash, receipted_seq, receipted_hash, own, closed, last_written_at,
    anchor_epoch, anchor_seq, anchor_hash
FROM logs WHERE own = 1 AND closed = 0 ORDER BY log LIMIT 1

-- name: changeset.get
SELECT hash, log, seq, home, state, hub_seq, hub_epoch, sent, bytes
FROM changesets WHERE hash = ?

-- name: changeset.at
SELECT hash, log, seq, home, state, hub_seq, hub_epoch, sent, bytes
FROM changesets WHERE log = ? AND seq = ? AND state < 2

-- name: changeset.put
INSERT INTO changesets(hash, log, seq, home, state, hub_seq, hub_epoch, sent, bytes)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (hash) DO UPDATE
SET log = excluded.log, seq = excluded.seq, home = excluded.home, state = excluded.state,
    hub_seq = excluded.hub_seq, hub_epoch = excluded.hub_epoch, sent = excluded.sent, bytes = excluded.bytes

-- name: changeset.delete
DELETE FROM changesets WHERE hash = ?

-- name: changeset.first
SELECT hash, log, seq, home, state, hub_seq, hub_epoch, sent, bytes
FROM changesets WHERE log = ? AND seq >= ? AND state < 2 ORDER BY seq LIMIT 1

-- name: changeset.forks
SELECT hash, log, seq, home, state, hub_seq, hub_epoch, sent, bytes
FROM changesets WHERE log = ? AND state = 2 ORDER BY seq, hash

-- name: changeset.waiting_of_home
SELECT c.hash, c.log, c.seq, c.home, c.state, c.hub_seq, c.hub_epoch, c.sent, c.bytes
FROM changesets AS c JOIN logs USING (log)
WHERE c.home = ? AND c.state = 0 AND logs.own = 1
ORDER BY logs.last_written_at, c.log, c.seq

-- name: changeset.homes_waiting
SELECT DISTINCT c.home
FROM changesets AS c JOIN logs USING (log)
WHERE c.state = 0 AND logs.own = 1
ORDER BY c.home

-- name: changeset.count_waiting
SELECT count(*)
FROM changesets AS c JOIN logs USING (log)
WHERE c.state = 0 AND c.hub_seq = 0 AND c.sent = ? AND logs.own = 1

-- name: side.put
INSERT INTO side(log, seq, bytes) VALUES (?, ?, ?) ON CONFLICT (log, seq) DO UPDATE SET bytes = excluded.bytes

-- name: side.get
SELECT log, seq, bytes FROM side WHERE log = ? AND seq = ?

-- name: side.delete
DELETE FROM side WHERE log = ? AND seq = ?

-- name: side.size
SELECT count(*), coalesce(sum(length(bytes)), 0) FROM side WHERE log = ?

-- name: side.total
SELECT coalesce(sum(length(bytes)), 0) FROM side

-- name: side.logs
SELECT DISTINCT log FROM side ORDER BY log

-- name: side.seqs
SELECT seq FROM side WHERE log = ? ORDER BY seq
