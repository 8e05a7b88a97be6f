-- Versions: one row per operation on a field (sync/store.h).

-- name: version.get
SELECT id, layer, record, home, field, kind, value, seen, event, base_event, rank, effective_ms, hub_epoch, hub_seq,
    operation, changeset, person, organisation, written_ms, hub_time_ms, verdict, reason, superseded, concurrent
FROM versions WHERE id = ? ORDER BY layer LIMIT 1

-- name: version.put
INSERT INTO versions(id, layer, record, home, field, kind, value, seen, event, base_event, rank, effective_ms,
    hub_epoch, hub_seq, operation, changeset, person, organisation, written_ms, hub_time_ms, verdict, reason,
    superseded, concurrent)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,
    ?23 OR (?2 = 0 AND EXISTS (SELECT 1 FROM superseded WHERE id = ?1)), ?24)
ON CONFLICT (id, layer) DO UPDATE
SET record = excluded.record, home = excluded.home, field = excluded.field, kind = excluded.kind,
    value = excluded.value, seen = excluded.seen, event = excluded.event, base_event = excluded.base_event,
    rank = excluded.rank, effective_ms = excluded.effective_ms, hub_epoch = excluded.hub_epoch,
    hub_seq = excluded.hub_seq, operation = excluded.operation, changeset = excluded.changeset,
    person = excluded.person, organisation = excluded.organisation, written_ms = excluded.written_ms,
    hub_time_ms = excluded.hub_time_ms, verdict = excluded.verdict, reason = excluded.reason,
    superseded = excluded.superseded, concurrent = excluded.concurrent

-- name: version.remember_superseded
INSERT INTO superseded(id) VALUES (?) ON CONFLICT (id) DO NOTHING

-- name: version.set_superseded
UPDATE versions SET superseded = 1 WHERE id = ? AND layer = 0 AND superseded = 0

-- name: version.superseded
SELECT EXISTS (SELECT 1 FROM superseded WHERE id = ?1)
    OR EXISTS (SELECT 1 FROM versions WHERE id = ?1 AND layer = 0 AND superseded = 1)

-- name: version.live
SELECT id, layer, record, home, field, kind, value, seen, event, base_event, rank, effective_ms, hub_epoch, hub_seq,
    operation, changeset, person, organisation, written_ms, hub_time_ms, verdict, reason, superseded, concurrent
FROM versions
WHERE record = ? AND field = ? AND layer = 0 AND verdict = 0 AND superseded = 0
ORDER BY hub_epoch, hub_seq, operation, id

-- name: version.of_field
SELECT id, layer, record, home, field, kind, value, seen, event, base_event, rank, effective_ms, hub_epoch, hub_seq,
    operation, changeset, person, organisation, written_ms, hub_time_ms, verdict, reason, superseded, concurrent
FROM versions WHERE record = ? AND field = ?
ORDER BY layer, hub_epoch, hub_seq, operation, id

-- name: version.of_home
SELECT id, layer, record, home, field, kind, value, seen, event, base_event, rank, effective_ms, hub_epoch, hub_seq,
    operation, changeset, person, organisation, written_ms, hub_time_ms, verdict, reason, superseded, concurrent
FROM versions WHERE home = ?
ORDER BY layer, hub_epoch, hub_seq, operation, id

-- name: version.with_verdict
SELECT id, layer, record, home, field, kind, value, seen, event, base_event, rank, effective_ms, hub_epoch, hub_seq,
    operation, changeset, person, organisation, written_ms, hub_time_ms, verdict, reason, superseded, concurrent
FROM versions WHERE verdict = ? AND verdict > 0 AND layer = 0
ORDER BY hub_epoch, hub_seq, operation, id

-- name: version.with_verdict_admitted
SELECT id, layer, record, home, field, kind, value, seen, event, base_event, rank, effective_ms, hub_epoch, hub_seq,
    operation, changeset, person, organisation, written_ms, hub_time_ms, verdict, reason, superseded, concurrent
FROM versions WHERE verdict = 0 AND layer = 0
ORDER BY hub_epoch, hub_seq, operation, id

-- name: version.delete_provisional
DELETE FROM versions WHERE home = ? AND layer = 1

-- name: version.forget_superseded
DELETE FROM superseded WHERE id IN (SELECT id FROM versions WHERE home = ? AND layer = 0)

-- name: version.delete_confirmed
DELETE FROM versions WHERE home = ? AND layer = 0
