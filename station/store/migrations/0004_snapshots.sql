-- Version 4: snapshots of streams (sync design 8). Chunks keep a rowid, so that asking which are there does not read
-- 256 KiB each.

CREATE TABLE snapshots(
  stream BLOB PRIMARY KEY NOT NULL CHECK (length(stream) = 16),
  manifest BLOB NOT NULL,
  signature BLOB NOT NULL CHECK (length(signature) IN (0, 64)),
  next_seq INTEGER NOT NULL,
  tail_seq INTEGER NOT NULL,
  tail BLOB NOT NULL CHECK (length(tail) <= 262144),
  homes BLOB NOT NULL,
  touched_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE snapshot_chunks(
  stream BLOB NOT NULL CHECK (length(stream) = 16),
  place INTEGER NOT NULL,
  bytes BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 262144),
  UNIQUE (stream, place)
) STRICT;
