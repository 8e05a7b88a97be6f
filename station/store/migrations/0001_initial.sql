-- Version 1 of the schema. First the tables of sync/store.h, then those of the programs.
--
-- Keys that are blobs make tables WITHOUT ROWID, so that a look-up is one descent. Three tables keep a rowid instead
-- (changesets, versions, drafts): their rows carry contents of up to 4 MiB, and a tree ordered by random keys would move
-- them about; a narrow unique index finds them. Layers: 0 confirmed, 1 provisional. Lists of ids are their 16 bytes one
-- after another. Unsigned 64-bit values may appear negative; none of those is ever ordered.

CREATE TABLE meta(
  name TEXT PRIMARY KEY NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE logs(
  log BLOB PRIMARY KEY NOT NULL CHECK (length(log) = 16),
  device BLOB NOT NULL CHECK (length(device) = 16),
  incarnation INTEGER NOT NULL,
  head_seq INTEGER NOT NULL,
  head_hash BLOB NOT NULL CHECK (length(head_hash) = 32),
  receipted_seq INTEGER NOT NULL,
  receipted_hash BLOB NOT NULL CHECK (length(receipted_hash) = 32),
  own INTEGER NOT NULL CHECK (own IN (0, 1)),
  closed INTEGER NOT NULL CHECK (closed IN (0, 1)),
  last_written_at INTEGER NOT NULL,
  anchor_epoch INTEGER NOT NULL,
  anchor_seq INTEGER NOT NULL,
  anchor_hash BLOB NOT NULL CHECK (length(anchor_hash) = 8)
) STRICT, WITHOUT ROWID;

-- bytes: header 192 | signature 64 | body, verbatim.
CREATE TABLE changesets(
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  log BLOB NOT NULL CHECK (length(log) = 16),
  seq INTEGER NOT NULL,
  home BLOB NOT NULL CHECK (length(home) = 16),
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
  hub_seq INTEGER NOT NULL,
  hub_epoch INTEGER NOT NULL,
  sent INTEGER NOT NULL CHECK (sent IN (0, 1)),
  bytes BLOB NOT NULL CHECK (length(bytes) >= 256)
) STRICT;
CREATE UNIQUE INDEX changesets_in_log ON changesets(log, seq) WHERE state < 2;
CREATE INDEX changesets_waiting ON changesets(home, log, seq, sent) WHERE state = 0;

CREATE TABLE side(
  log BLOB NOT NULL CHECK (length(log) = 16),
  seq INTEGER NOT NULL,
  bytes BLOB NOT NULL CHECK (length(bytes) >= 256),
  PRIMARY KEY (log, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE receipts(
  hub_epoch INTEGER NOT NULL,
  hub_seq INTEGER NOT NULL,
  changeset BLOB NOT NULL CHECK (length(changeset) = 32),
  log BLOB NOT NULL CHECK (length(log) = 16),
  home BLOB NOT NULL CHECK (length(home) = 16),
  hub_time_ms INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (hub_epoch, hub_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX receipts_of_home ON receipts(home, hub_epoch, hub_seq, log);
CREATE INDEX receipts_of_changeset ON receipts(changeset);

CREATE TABLE streams(
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16),
  kind INTEGER NOT NULL CHECK (kind IN (1, 2)),
  owner BLOB NOT NULL CHECK (length(owner) = 16),
  hub_epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  chain BLOB NOT NULL CHECK (length(chain) = 32),
  signed_head BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE entries(
  stream BLOB NOT NULL CHECK (length(stream) = 16),
  seq INTEGER NOT NULL,
  type INTEGER NOT NULL CHECK (type BETWEEN 1 AND 3),
  payload BLOB NOT NULL,
  chain BLOB NOT NULL CHECK (length(chain) = 32),
  changeset BLOB NOT NULL CHECK (length(changeset) = 32),
  PRIMARY KEY (stream, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE directory(
  version INTEGER PRIMARY KEY NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE records(
  id BLOB NOT NULL CHECK (length(id) = 16),
  layer INTEGER NOT NULL CHECK (layer IN (0, 1)),
  type INTEGER NOT NULL,
  home BLOB NOT NULL CHECK (length(home) = 16),
  parent BLOB NOT NULL CHECK (length(parent) = 16),
  owner BLOB NOT NULL CHECK (length(owner) = 16),
  creator BLOB NOT NULL CHECK (length(creator) = 16),
  changeset BLOB NOT NULL CHECK (length(changeset) = 32),
  PRIMARY KEY (id, layer)
) STRICT, WITHOUT ROWID;
CREATE INDEX records_of_type ON records(type, id);
CREATE INDEX records_of_home ON records(home, id);

CREATE TABLE versions(
  id BLOB NOT NULL CHECK (length(id) = 16),
  layer INTEGER NOT NULL CHECK (layer IN (0, 1)),
  record BLOB NOT NULL CHECK (length(record) = 16),
  home BLOB NOT NULL CHECK (length(home) = 16),
  field INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  value BLOB NOT NULL,
  seen BLOB NOT NULL CHECK (length(seen) % 16 = 0),
  event INTEGER NOT NULL,
  base_event INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  effective_ms INTEGER NOT NULL,
  hub_epoch INTEGER NOT NULL,
  hub_seq INTEGER NOT NULL,
  operation INTEGER NOT NULL,
  changeset BLOB NOT NULL CHECK (length(changeset) = 32),
  person BLOB NOT NULL CHECK (length(person) = 16),
  organisation BLOB NOT NULL CHECK (length(organisation) = 16),
  written_ms INTEGER NOT NULL,
  hub_time_ms INTEGER NOT NULL,
  verdict INTEGER NOT NULL CHECK (verdict BETWEEN 0 AND 2),
  reason INTEGER NOT NULL,
  superseded INTEGER NOT NULL CHECK (superseded IN (0, 1)),
  concurrent INTEGER NOT NULL CHECK (concurrent IN (0, 1)),
  UNIQUE (id, layer)
) STRICT;
CREATE INDEX versions_of_field ON versions(record, field);
CREATE INDEX versions_live ON versions(record, field) WHERE layer = 0 AND verdict = 0 AND superseded = 0;
CREATE INDEX versions_of_home ON versions(home, layer);
CREATE INDEX versions_not_admitted ON versions(verdict, hub_epoch, hub_seq) WHERE verdict > 0 AND layer = 0;

-- Ids that an admitted version names in `seen`, known or not yet.
CREATE TABLE superseded(
  id BLOB PRIMARY KEY NOT NULL CHECK (length(id) = 16)
) STRICT, WITHOUT ROWID;

CREATE TABLE fields(
  record BLOB NOT NULL CHECK (length(record) = 16),
  field INTEGER NOT NULL,
  layer INTEGER NOT NULL CHECK (layer IN (0, 1)),
  home BLOB NOT NULL CHECK (length(home) = 16),
  value BLOB NOT NULL,
  winner BLOB NOT NULL CHECK (length(winner) = 16),
  event INTEGER NOT NULL,
  heads BLOB NOT NULL CHECK (length(heads) % 16 = 0),
  conflict INTEGER NOT NULL CHECK (conflict IN (0, 1)),
  PRIMARY KEY (record, field, layer)
) STRICT, WITHOUT ROWID;
CREATE INDEX fields_of_home ON fields(home, layer);
CREATE INDEX fields_in_conflict ON fields(record, field) WHERE conflict = 1 AND layer = 0;

CREATE TABLE homes(
  home BLOB PRIMARY KEY NOT NULL CHECK (length(home) = 16),
  type INTEGER NOT NULL,
  auth_head BLOB NOT NULL CHECK (length(auth_head) = 16),
  hub_epoch INTEGER NOT NULL,
  hub_seq INTEGER NOT NULL,
  disputed INTEGER NOT NULL CHECK (disputed IN (0, 1)),
  poisoned INTEGER NOT NULL CHECK (poisoned IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE scopes(
  home BLOB NOT NULL CHECK (length(home) = 16),
  organisation BLOB NOT NULL CHECK (length(organisation) = 16),
  from_seq INTEGER NOT NULL,
  to_seq INTEGER,
  PRIMARY KEY (home, organisation, from_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX scopes_open ON scopes(organisation, home) WHERE to_seq IS NULL;

-- Tables of the programs.

CREATE TABLE app_meta(
  name TEXT PRIMARY KEY NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- roles: bit n-1 = role n of reliability design 5.6.
CREATE TABLE accounts(
  name TEXT PRIMARY KEY NOT NULL CHECK (length(name) BETWEEN 1 AND 64),
  person BLOB NOT NULL CHECK (length(person) = 16),
  password_hash TEXT NOT NULL,
  roles INTEGER NOT NULL CHECK (roles BETWEEN 0 AND 1023),
  organisation TEXT NOT NULL,
  disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX accounts_of_person ON accounts(person);

-- State: 0 to_approve, 1 approved, 2 returned. The last check is R27 once more, below every program: nobody approves
-- the own draft.
CREATE TABLE drafts(
  id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 32),
  form_version INTEGER NOT NULL,
  home BLOB NOT NULL CHECK (length(home) = 16),
  record BLOB NOT NULL CHECK (length(record) = 16),
  content BLOB NOT NULL,
  author BLOB NOT NULL CHECK (length(author) = 16),
  author_name TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
  decided_by BLOB CHECK (length(decided_by) = 16),
  decided_ms INTEGER NOT NULL,
  reason TEXT NOT NULL,
  changeset BLOB CHECK (length(changeset) = 32),
  CHECK (state = 0 OR decided_by IS NOT NULL),
  CHECK (state <> 1 OR decided_by <> author)
) STRICT;
CREATE INDEX drafts_in_state ON drafts(state, created_ms);
CREATE INDEX drafts_of_home ON drafts(home);

-- State: 0 open, 1 pending, 2 used, 3 locked.
CREATE TABLE invitations(
  code_key BLOB PRIMARY KEY NOT NULL CHECK (length(code_key) = 32),
  organisation TEXT NOT NULL CHECK (length(organisation) BETWEEN 1 AND 64),
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  tries INTEGER NOT NULL CHECK (tries BETWEEN 0 AND 5),
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
  pre_approved INTEGER NOT NULL CHECK (pre_approved IN (0, 1)),
  request BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX invitations_of_organisation ON invitations(organisation);

-- Direction: 0 out, 1 in. State: bundle design 6.1 in its order, 0 staged .. 6 closed, 7 lost; incoming ones stay at 0.
CREATE TABLE bundles(
  header_hash BLOB PRIMARY KEY NOT NULL CHECK (length(header_hash) = 32),
  code TEXT NOT NULL CHECK (length(code) <= 32),
  direction INTEGER NOT NULL CHECK (direction IN (0, 1)),
  kind INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  covers_from INTEGER NOT NULL,
  covers_to INTEGER NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 7)
) STRICT, WITHOUT ROWID;
CREATE INDEX bundles_by_code ON bundles(code);
CREATE INDEX bundles_by_time ON bundles(created_ms);

-- h = H(TRM1-audit, prev | row): reliability design 5.7.
CREATE TABLE audit(
  number INTEGER PRIMARY KEY NOT NULL CHECK (number >= 1),
  prev BLOB NOT NULL CHECK (length(prev) = 32),
  h BLOB NOT NULL CHECK (length(h) = 32),
  at_ms INTEGER NOT NULL,
  person BLOB NOT NULL CHECK (length(person) = 16),
  role INTEGER NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  result TEXT NOT NULL,
  details TEXT NOT NULL
) STRICT;
