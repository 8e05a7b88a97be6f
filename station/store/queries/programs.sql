-- The tables of the programs themselves: people, drafts, invitations, bundles, audit log.

-- name: schema.size
SELECT count(*) FROM sqlite_schema

-- name: app_meta.get
SELECT value FROM app_meta WHERE name = ?

-- name: app_meta.put
INSERT INTO app_meta(name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: app_meta.remove
DELETE FROM app_meta WHERE name = ?

-- name: account.get
SELECT name, person, password_hash, roles, organisation, disabled, created_ms
FROM accounts WHERE name = ?

-- name: account.of_person
SELECT name, person, password_hash, roles, organisation, disabled, created_ms
FROM accounts WHERE person = ? ORDER BY name

-- name: account.all
SELECT name, person, password_hash, roles, organisation, disabled, created_ms
FROM accounts ORDER BY name

-- name: account.add
INSERT INTO accounts(name, person, password_hash, roles, organisation, disabled, created_ms)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (name) DO NOTHING

-- name: account.set_password
UPDATE accounts SET password_hash = ? WHERE name = ?

-- name: account.set_roles
UPDATE accounts SET roles = ? WHERE name = ?

-- name: account.set_disabled
UPDATE accounts SET disabled = ? WHERE name = ?

-- name: account.count
SELECT count(*) FROM accounts

-- name: draft.get
SELECT id, kind, form_version, home, record, content, author, author_name, created_ms, state, decided_by,
    decided_ms, reason, changeset
FROM drafts WHERE id = ?

-- name: draft.in_state
SELECT id, kind, form_version, home, record, content, author, author_name, created_ms, state, decided_by,
    decided_ms, reason, changeset
FROM drafts WHERE state = ? ORDER BY created_ms, id

-- name: draft.of_home
SELECT id, kind, form_version, home, record, content, author, author_name, created_ms, state, decided_by,
    decided_ms, reason, changeset
FROM drafts WHERE home = ? ORDER BY created_ms, id

-- name: draft.add
INSERT INTO drafts(id, kind, form_version, home, record, content, author, author_name, created_ms, state,
    decided_by, decided_ms, reason, changeset)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO NOTHING

-- name: draft.revise
UPDATE drafts
SET content = ?, form_version = ?, created_ms = ?, state = 0, decided_by = NULL, decided_ms = 0, reason = ''
WHERE id = ?

-- name: draft.decide
UPDATE drafts SET state = ?, decided_by = ?, decided_ms = ?, reason = ? WHERE id = ?

-- name: draft.set_changeset
UPDATE drafts SET changeset = ? WHERE id = ? AND state = 1 AND changeset IS NULL

-- name: draft.open_of
SELECT id, kind, form_version, home, record, content, author, author_name, created_ms, state, decided_by,
    decided_ms, reason, changeset
FROM drafts WHERE author = ? AND state <> 1 ORDER BY created_ms, id

-- name: draft.hand_on
UPDATE drafts SET author = ?, author_name = ? WHERE author = ? AND state <> 1

-- name: draft.remove
DELETE FROM drafts WHERE id = ?

-- name: invitation.get
SELECT code_key, organisation, created_ms, expires_ms, tries, state, pre_approved, request
FROM invitations WHERE code_key = ?

-- name: invitation.of_organisation
SELECT code_key, organisation, created_ms, expires_ms, tries, state, pre_approved, request
FROM invitations WHERE organisation = ? ORDER BY created_ms DESC, code_key

-- name: invitation.in_state
SELECT code_key, organisation, created_ms, expires_ms, tries, state, pre_approved, request
FROM invitations WHERE state = ? ORDER BY created_ms, code_key

-- name: invitation.add
INSERT INTO invitations(code_key, organisation, created_ms, expires_ms, tries, state, pre_approved, request)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (code_key) DO NOTHING

-- name: invitation.set_state
UPDATE invitations SET state = ?, tries = ?, request = ? WHERE code_key = ?

-- name: bundle.get
SELECT header_hash, code, direction, kind, outcome, created_ms, covers_from, covers_to, state
FROM bundles WHERE header_hash = ?

-- name: bundle.by_code
SELECT header_hash, code, direction, kind, outcome, created_ms, covers_from, covers_to, state
FROM bundles WHERE code = ? ORDER BY created_ms DESC, header_hash LIMIT 1

-- name: bundle.recent
SELECT header_hash, code, direction, kind, outcome, created_ms, covers_from, covers_to, state
FROM bundles ORDER BY created_ms DESC, header_hash LIMIT ?

-- name: bundle.open
SELECT header_hash, code, direction, kind, outcome, created_ms, covers_from, covers_to, state
FROM bundles WHERE direction = 0 AND state < 6 ORDER BY created_ms, header_hash

-- name: bundle.put
INSERT INTO bundles(header_hash, code, direction, kind, outcome, created_ms, covers_from, covers_to, state)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (header_hash) DO UPDATE
SET code = excluded.code, direction = excluded.direction, kind = excluded.kind, outcome = excluded.outcome,
    created_ms = excluded.created_ms, covers_from = excluded.covers_from, covers_to = excluded.covers_to,
    state = excluded.state

-- name: audit.append
INSERT INTO audit(number, prev, h, at_ms, person, role, action, object, result, details)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: audit.from
SELECT number, prev, h, at_ms, person, role, action, object, result, details
FROM audit WHERE number >= ? ORDER BY number LIMIT ?

-- name: audit.each
SELECT number, prev, h, at_ms, person, role, action, object, result, details
FROM audit ORDER BY number
