-- Attachments: files, their lists of chunks, the chunks; and changesets that come in parts.

-- name: file.get
SELECT attachment, home, owner, creator, changeset, size, chunks, missing, rank, state, there, answer, idle, settled,
       turn, touched_ms
FROM files WHERE attachment = ?

-- name: file.put
INSERT INTO files(attachment, home, owner, creator, changeset, size, chunks, missing, rank, state, there, answer, idle,
                  settled, turn, touched_ms)
VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (attachment) DO UPDATE
SET home = excluded.home, owner = excluded.owner, creator = excluded.creator, changeset = excluded.changeset,
    size = excluded.size, chunks = excluded.chunks, rank = excluded.rank, state = excluded.state,
    there = excluded.there, answer = excluded.answer, idle = excluded.idle, settled = excluded.settled,
    turn = excluded.turn, touched_ms = excluded.touched_ms

-- name: file.count_missing
UPDATE files
SET missing = (SELECT count(*) FROM chunk_lists AS l
               WHERE l.attachment = files.attachment
                 AND NOT EXISTS (SELECT 1 FROM chunks AS c WHERE c.home = l.home AND c.id = l.chunk))
WHERE attachment = ?

-- name: file.of_home
SELECT attachment, home, owner, creator, changeset, size, chunks, missing, rank, state, there, answer, idle, settled,
       turn, touched_ms
FROM files WHERE home = ? ORDER BY attachment

-- name: file.of_changeset
SELECT attachment, home, owner, creator, changeset, size, chunks, missing, rank, state, there, answer, idle, settled,
       turn, touched_ms
FROM files WHERE changeset = ? ORDER BY attachment

-- name: file.delete_of_home
DELETE FROM files WHERE home = ?

-- name: file.under_way
SELECT attachment, home, owner, creator, changeset, size, chunks, missing, rank, state, there, answer, idle, settled,
       turn, touched_ms
FROM files WHERE state = 0 AND settled = 0 AND idle = 0 ORDER BY rank, size, attachment LIMIT ?

-- name: file.in_turn
SELECT attachment, home, owner, creator, changeset, size, chunks, missing, rank, state, there, answer, idle, settled,
       turn, touched_ms
FROM files WHERE state = 0 AND settled = 0 AND idle = 1 ORDER BY turn, attachment LIMIT ?

-- name: file.missing_in_scope
SELECT f.attachment, f.home, f.owner, f.creator, f.changeset, f.size, f.chunks, f.missing, f.rank, f.state, f.there,
       f.answer, f.idle, f.settled, f.turn, f.touched_ms
FROM files AS f
WHERE f.state = 0 AND f.missing > 0
  AND EXISTS (SELECT 1 FROM scopes AS s WHERE s.home = f.home AND s.organisation = ? AND s.to_seq IS NULL)
ORDER BY f.turn, f.attachment LIMIT ?

-- name: file.attached_bytes
SELECT coalesce(sum(size), 0) FROM files WHERE owner = ? AND state = 0

-- name: file.unfinished_chunks
SELECT coalesce(sum(chunks - missing), 0) FROM files WHERE owner = ? AND state = 0 AND missing > 0

-- name: file.lacking
SELECT DISTINCT f.attachment, f.home, f.owner, f.creator, f.changeset, f.size, f.chunks, f.missing, f.rank, f.state,
       f.there, f.answer, f.idle, f.settled, f.turn, f.touched_ms
FROM chunk_lists AS l JOIN files AS f ON f.attachment = l.attachment
WHERE l.home = ?1 AND l.chunk = ?2 AND f.state = 0
  AND NOT EXISTS (SELECT 1 FROM chunks AS c WHERE c.home = ?1 AND c.id = ?2)
ORDER BY f.attachment

-- name: chunk_list.put
INSERT INTO chunk_lists(attachment, place, home, chunk)
SELECT attachment, ?, home, ? FROM files WHERE attachment = ?
ON CONFLICT (attachment, place) DO NOTHING

-- name: chunk_list.drop
DELETE FROM chunk_lists WHERE attachment = ?

-- name: chunk_list.get
SELECT chunk FROM chunk_lists WHERE attachment = ? ORDER BY place

-- name: chunk_list.here
SELECT l.place FROM chunk_lists AS l
WHERE l.attachment = ? AND EXISTS (SELECT 1 FROM chunks AS c WHERE c.home = l.home AND c.id = l.chunk)
ORDER BY l.place

-- name: chunk.get
SELECT bytes FROM chunks WHERE home = ? AND id = ?

-- name: chunk.has
SELECT count(*) FROM chunks WHERE home = ? AND id = ?

-- name: chunk.put
INSERT INTO chunks(home, id, stored_ms, bytes) VALUES (?, ?, ?, ?)
ON CONFLICT (home, id) DO NOTHING

-- name: chunk.counts
UPDATE files
SET missing = missing - (SELECT count(*) FROM chunk_lists AS l
                         WHERE l.attachment = files.attachment AND l.home = ?1 AND l.chunk = ?2),
    touched_ms = ?3
WHERE attachment IN (SELECT attachment FROM chunk_lists WHERE home = ?1 AND chunk = ?2)

-- name: chunk.unreferenced
SELECT c.rowid FROM chunks AS c
WHERE c.stored_ms < ?
  AND NOT EXISTS (SELECT 1 FROM chunk_lists AS l CROSS JOIN files AS f ON f.attachment = l.attachment
                  WHERE l.home = c.home AND l.chunk = c.id AND f.state = 0)
LIMIT ?

-- name: chunk.delete_of_home
DELETE FROM chunks WHERE home = ?

-- name: chunk.delete
DELETE FROM chunks WHERE rowid = ?

-- name: file.gone_quiet
SELECT attachment FROM files
WHERE state = 0 AND missing > 0 AND missing < chunks AND touched_ms < ?
ORDER BY touched_ms, attachment LIMIT 1

-- name: file.touch
UPDATE files SET touched_ms = ? WHERE attachment = ?

-- name: chunk.of_file_alone
SELECT DISTINCT c.rowid
FROM chunk_lists AS l CROSS JOIN chunks AS c ON c.home = l.home AND c.id = l.chunk
WHERE l.attachment = ?1
  AND NOT EXISTS (SELECT 1 FROM chunk_lists AS o CROSS JOIN files AS f ON f.attachment = o.attachment
                  WHERE o.home = l.home AND o.chunk = l.chunk AND f.state = 0 AND o.attachment <> ?1)
LIMIT ?2

-- name: part.put
INSERT INTO parts(sender, place, changeset, total, bytes) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (sender, place) DO UPDATE
SET changeset = excluded.changeset, total = excluded.total, bytes = excluded.bytes

-- name: part.of_sender
SELECT changeset, total, place FROM parts WHERE sender = ? ORDER BY place

-- name: part.get
SELECT bytes FROM parts WHERE sender = ? AND place = ?

-- name: part.drop
DELETE FROM parts WHERE sender = ?
