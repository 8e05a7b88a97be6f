-- Records, fields, homes and scopes (sync/store.h). Layer 1 is provisional. Where a query takes a layer as its last
-- parameter, rows of that layer stand before confirmed ones of the same key.

-- name: record.get
SELECT id, layer, type, home, parent, owner, creator, changeset
FROM records WHERE id = ? AND layer <= ? ORDER BY layer DESC LIMIT 1

-- name: record.put
INSERT INTO records(id, layer, type, home, parent, owner, creator, changeset)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id, layer) DO UPDATE
SET type = excluded.type, home = excluded.home, parent = excluded.parent, owner = excluded.owner,
    creator = excluded.creator, changeset = excluded.changeset

-- name: record.of_type
SELECT id, layer, type, home, parent, owner, creator, changeset
FROM records AS p WHERE type = ?1 AND (layer = ?2 OR (layer = 0 AND NOT EXISTS (
    SELECT 1 FROM records AS o WHERE o.id = p.id AND o.layer = ?2)))
ORDER BY id

-- name: record.ids_of_type
SELECT DISTINCT id FROM records WHERE type = ? ORDER BY id

-- name: record.of_home
SELECT id, layer, type, home, parent, owner, creator, changeset
FROM records AS p WHERE home = ?1 AND (layer = ?2 OR (layer = 0 AND NOT EXISTS (
    SELECT 1 FROM records AS o WHERE o.id = p.id AND o.layer = ?2)))
ORDER BY id

-- name: record.delete_provisional
DELETE FROM records WHERE home = ? AND layer = 1

-- name: record.delete_confirmed
DELETE FROM records WHERE home = ? AND layer = 0

-- name: field.get
SELECT record, field, layer, home, value, winner, event, heads, conflict
FROM fields WHERE record = ? AND field = ? AND layer <= ? ORDER BY layer DESC LIMIT 1

-- name: field.put
INSERT INTO fields(record, field, layer, home, value, winner, event, heads, conflict)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (record, field, layer) DO UPDATE
SET home = excluded.home, value = excluded.value, winner = excluded.winner, event = excluded.event,
    heads = excluded.heads, conflict = excluded.conflict

-- name: field.of_record
SELECT record, field, layer, home, value, winner, event, heads, conflict
FROM fields AS p WHERE record = ?1 AND (layer = ?2 OR (layer = 0 AND NOT EXISTS (
    SELECT 1 FROM fields AS o WHERE o.record = p.record AND o.field = p.field AND o.layer = ?2)))
ORDER BY field

-- name: field.of_home
SELECT record, field, layer, home, value, winner, event, heads, conflict
FROM fields WHERE home = ? AND layer = 0 ORDER BY record, field

-- name: field.conflicts
SELECT record, field, layer, home, value, winner, event, heads, conflict
FROM fields WHERE conflict = 1 AND layer = 0 ORDER BY record, field

-- name: field.delete_provisional
DELETE FROM fields WHERE home = ? AND layer = 1

-- name: field.delete_confirmed
DELETE FROM fields WHERE home = ? AND layer = 0

-- name: home.get
SELECT home, type, auth_head, hub_epoch, hub_seq, disputed, poisoned, digest
FROM homes WHERE home = ?

-- name: home.put
INSERT INTO homes(home, type, auth_head, hub_epoch, hub_seq, disputed, poisoned, digest)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (home) DO UPDATE
SET type = excluded.type, auth_head = excluded.auth_head, hub_epoch = excluded.hub_epoch,
    hub_seq = excluded.hub_seq, disputed = excluded.disputed, poisoned = excluded.poisoned,
    digest = excluded.digest

-- name: home.all
SELECT home, type, auth_head, hub_epoch, hub_seq, disputed, poisoned, digest
FROM homes ORDER BY home

-- name: home.after
SELECT home, type, auth_head, hub_epoch, hub_seq, disputed, poisoned, digest
FROM homes WHERE home > ? ORDER BY home LIMIT ?

-- name: home.marked
SELECT home, type, auth_head, hub_epoch, hub_seq, disputed, poisoned, digest
FROM homes WHERE disputed = 1 OR poisoned = 1 ORDER BY home

-- name: home.delete
DELETE FROM homes WHERE home = ?

-- name: scope.of_home
SELECT home, organisation, from_seq, to_seq FROM scopes WHERE home = ? ORDER BY organisation, from_seq

-- name: scope.put
INSERT INTO scopes(home, organisation, from_seq, to_seq)
VALUES (?, ?, ?, ?)
ON CONFLICT (home, organisation, from_seq) DO UPDATE
SET to_seq = excluded.to_seq

-- name: scope.homes
SELECT DISTINCT home FROM scopes WHERE organisation = ? AND to_seq IS NULL ORDER BY home
