-- Receipts, streams and the directory (sync/store.h).

-- name: receipt.get
SELECT hub_epoch, hub_seq, changeset, log, home, hub_time_ms, bytes
FROM receipts WHERE hub_epoch = ? AND hub_seq = ?

-- name: receipt.put
INSERT INTO receipts(hub_epoch, hub_seq, changeset, log, home, hub_time_ms, bytes)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (hub_epoch, hub_seq) DO UPDATE
SET changeset = excluded.changeset, log = excluded.log, home = excluded.home, hub_time_ms = excluded.hub_time_ms,
    bytes = excluded.bytes

-- name: receipt.of_home
SELECT hub_epoch, hub_seq, changeset, log, home, hub_time_ms, bytes
FROM receipts WHERE home = ? ORDER BY hub_epoch, hub_seq

-- name: receipt.foreign_between
-- One exception, of all operations (0xFFFF), quarantined (2): such a receipt is no work on the home, and goes to its
-- author's organisation alone.
SELECT EXISTS (SELECT 1 FROM receipts
    WHERE home = ? AND log <> ? AND (hub_epoch, hub_seq) > (?, ?) AND (hub_epoch, hub_seq) < (?, ?)
    AND hex(substr(bytes, 95, 5)) <> '0100FFFF02')

-- name: receipt.of_changeset
SELECT hub_epoch, hub_seq, changeset, log, home, hub_time_ms, bytes
FROM receipts WHERE changeset = ? ORDER BY hub_epoch DESC, hub_seq DESC LIMIT 1

-- name: receipt.delete
DELETE FROM receipts WHERE hub_epoch = ? AND hub_seq = ?

-- name: stream.get
SELECT id, kind, owner, hub_epoch, seq, chain, signed_head, digest
FROM streams WHERE id = ?

-- name: stream.put
INSERT INTO streams(id, kind, owner, hub_epoch, seq, chain, signed_head, digest)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE
SET kind = excluded.kind, owner = excluded.owner, hub_epoch = excluded.hub_epoch, seq = excluded.seq,
    chain = excluded.chain, signed_head = excluded.signed_head, digest = excluded.digest

-- name: stream.all
SELECT id, kind, owner, hub_epoch, seq, chain, signed_head, digest
FROM streams ORDER BY id

-- name: entry.put
INSERT INTO entries(stream, seq, type, payload, chain, changeset)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (stream, seq) DO UPDATE
SET type = excluded.type, payload = excluded.payload, chain = excluded.chain, changeset = excluded.changeset

-- name: entry.get
SELECT stream, seq, type, payload, chain, changeset
FROM entries WHERE stream = ? AND seq = ?

-- name: entry.first
SELECT stream, seq, type, payload, chain, changeset
FROM entries WHERE stream = ? AND seq >= ? ORDER BY seq LIMIT 1

-- name: entry.delete_from
DELETE FROM entries WHERE stream = ? AND seq >= ?

-- name: snapshot.get
SELECT stream, manifest, signature, next_seq, tail_seq, tail, homes, touched_ms
FROM snapshots WHERE stream = ?

-- name: snapshot.put
INSERT INTO snapshots(stream, manifest, signature, next_seq, tail_seq, tail, homes, touched_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (stream) DO UPDATE
SET manifest = excluded.manifest, signature = excluded.signature, next_seq = excluded.next_seq,
    tail_seq = excluded.tail_seq, tail = excluded.tail, homes = excluded.homes, touched_ms = excluded.touched_ms

-- name: snapshot.drop
DELETE FROM snapshots WHERE stream = ?

-- name: snapshot.put_chunk
INSERT INTO snapshot_chunks(stream, place, bytes) VALUES (?, ?, ?)
ON CONFLICT (stream, place) DO UPDATE SET bytes = excluded.bytes

-- name: snapshot.chunk
SELECT bytes FROM snapshot_chunks WHERE stream = ? AND place = ?

-- name: snapshot.chunks
SELECT place FROM snapshot_chunks WHERE stream = ? ORDER BY place

-- name: snapshot.drop_chunks
DELETE FROM snapshot_chunks WHERE stream = ?

-- name: directory.from
SELECT version, hash, bytes FROM directory WHERE version >= ? ORDER BY version

-- name: directory.put
INSERT INTO directory(version, hash, bytes)
VALUES (?, ?, ?)
ON CONFLICT (version) DO UPDATE
SET hash = excluded.hash, bytes = excluded.bytes
