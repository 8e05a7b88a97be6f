-- Version 3: attachments (sync design 11) and changesets in parts. Chunks keep a rowid and their contents last, so that
-- what is asked of all of them does not read 256 KiB each.

CREATE TABLE files(
  attachment BLOB PRIMARY KEY NOT NULL CHECK (length(attachment) = 16),
  home BLOB NOT NULL CHECK (length(home) = 16),
  owner BLOB NOT NULL CHECK (length(owner) = 16),
  creator BLOB NOT NULL CHECK (length(creator) = 16),
  changeset BLOB NOT NULL CHECK (length(changeset) = 32),
  size INTEGER NOT NULL CHECK (size BETWEEN 0 AND 268435456),
  chunks INTEGER NOT NULL CHECK (chunks BETWEEN 0 AND 1024),
  missing INTEGER NOT NULL CHECK (missing BETWEEN 0 AND chunks),
  rank INTEGER NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
  there BLOB NOT NULL CHECK (length(there) <= 128),
  answer INTEGER NOT NULL CHECK (answer BETWEEN 0 AND 2),
  idle INTEGER NOT NULL CHECK (idle IN (0, 1)),
  settled INTEGER NOT NULL CHECK (settled IN (0, 1)),
  turn INTEGER NOT NULL,
  touched_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX files_of_home ON files(home, attachment);
CREATE INDEX files_of_changeset ON files(changeset, attachment);
CREATE INDEX files_of_owner ON files(owner, size) WHERE state = 0;
CREATE INDEX files_under_way ON files(rank, size, attachment) WHERE state = 0 AND settled = 0 AND idle = 0;
CREATE INDEX files_in_turn ON files(turn, attachment) WHERE state = 0 AND settled = 0 AND idle = 1;
CREATE INDEX files_missing ON files(turn, attachment) WHERE state = 0 AND missing > 0;

CREATE TABLE chunk_lists(
  attachment BLOB NOT NULL CHECK (length(attachment) = 16),
  place INTEGER NOT NULL,
  home BLOB NOT NULL CHECK (length(home) = 16),
  chunk BLOB NOT NULL CHECK (length(chunk) = 32),
  PRIMARY KEY (attachment, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX chunk_lists_by_chunk ON chunk_lists(home, chunk, attachment);

CREATE TABLE chunks(
  home BLOB NOT NULL CHECK (length(home) = 16),
  id BLOB NOT NULL CHECK (length(id) = 32),
  stored_ms INTEGER NOT NULL,
  bytes BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 262144)
) STRICT;
CREATE UNIQUE INDEX chunks_by_id ON chunks(home, id);
CREATE INDEX chunks_by_time ON chunks(stored_ms, home, id);

CREATE TABLE parts(
  sender BLOB NOT NULL CHECK (length(sender) = 16),
  place INTEGER NOT NULL,
  changeset BLOB NOT NULL CHECK (length(changeset) = 32),
  total INTEGER NOT NULL,
  bytes BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 262144),
  UNIQUE (sender, place)
) STRICT;
