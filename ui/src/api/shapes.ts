// The JSON shapes of docs/api.md, each once. Words of closed lists are refused when unknown; words that the programs may
// add to (roles, actions, fields, kinds of alert) stay text and are shown as they are when no translation exists.
import { bool, integer, list, nullable, object, one_of, text, written, type Decoded } from './decode';

export const kOutcomes = [
  'not_started_in_time',
  'in_progress_on_time',
  'in_progress_late',
  'done_on_time',
  'done_late',
  'not_done_overdue',
  'not_started_overdue',
] as const;
export const kWorkStates = [
  'loaded',
  'handed_over',
  'available',
  'received',
  'returned',
  'started',
  'done',
  'cancelled',
] as const;
export const kSyncStates = ['to_approve', 'to_send', 'waiting_receipt', 'delivered'] as const;

const organisation_ref = object({ org: text, name: text });

export const session = object({
  signed_in: bool,
  csrf: text,
  program: one_of(['node', 'hub']),
  zone: one_of(['open', 'closed', 'practice']),
  version: text,
  setup_needed: bool,
  site: nullable(object({ org: nullable(text), name: nullable(text) })),
  user: nullable(object({ name: text, roles: list(text), org: nullable(text) })),
});

const alert = object({ code: text, message: text });

export const node_status = object({
  site: nullable(text),
  device: nullable(text),
  enrolled: bool,
  to_approve: integer,
  to_send: integer,
  waiting_receipt: integer,
  last_exchange: nullable(text),
  hub_contact_age_s: nullable(integer),
  clock_offset_s: nullable(integer),
  alerts: list(alert),
});

export const hub_status = object({
  sites: list(
    object({
      org: text,
      name: nullable(text),
      device: nullable(text),
      state: text,
      last_contact: nullable(text),
      receipted: nullable(integer),
    }),
  ),
  tasks: integer,
  assignments: integer,
  conflicts: integer,
  proposals: integer,
  quarantined: integer,
  alerts: list(alert),
});

const assignment = object({
  id: text,
  org: text,
  org_name: nullable(text),
  state: one_of(kWorkStates),
  outcome: nullable(one_of(kOutcomes)),
  deadline: nullable(text),
  deadline_written: nullable(text),
  progress: nullable(integer),
  waiting_for: nullable(text),
  agreed_next_step: nullable(text),
  sync: nullable(one_of(kSyncStates)),
  values: integer,
});

const kTask = {
  id: text,
  ref: text,
  document: nullable(text),
  title: text,
  state: nullable(text),
  lead: list(organisation_ref),
  coordinating: list(organisation_ref),
  priority: nullable(text),
  assignments: list(assignment),
};

export const task_page = object({
  total: integer,
  page: integer,
  pages: integer,
  as_of: nullable(text),
  tasks: list(object(kTask)),
});

const approval = object({
  id: text,
  kind: text,
  task: nullable(text),
  ref: text,
  title: text,
  org: nullable(text),
  author: nullable(text),
  written_at: nullable(text),
  progress: nullable(integer),
  state: nullable(text),
  note: nullable(text),
  mine: bool,
});

// The follow-up body comes as a name or as a reference.
const follow_up = (value: unknown, path: string): string =>
  typeof value === 'string' ? value : organisation_ref(value, path).name;

export const task_detail = object({
  task: object({
    ...kTask,
    follow_up: nullable(follow_up),
    recurrence: nullable(text),
    condition: nullable(text),
    occurrences: list(object({ due: text, met: nullable(bool) })),
  }),
  history: list(
    object({
      at: nullable(text),
      received: nullable(text),
      who: nullable(text),
      org: nullable(text),
      record: nullable(text),
      action: text,
      field: nullable(text),
      value: nullable(written),
      outcome: nullable(text),
      sync: nullable(text),
    }),
  ),
  pending: list(approval),
});

export const approval_list = object({ items: list(approval) });

const outbox_item = object({ id: text, kind: text, ref: nullable(text), title: nullable(text), at: nullable(text) });
export const outbox = object({
  to_approve: list(outbox_item),
  to_send: list(outbox_item),
  waiting_receipt: list(outbox_item),
});

export const exchange = object({
  pushed: integer,
  pulled: integer,
  waiting_receipt: integer,
});

export const organisation_list = object({
  items: list(object({ org: text, name: text, name_en: nullable(text), kind: nullable(text), parent: nullable(text) })),
});

export const accepted = object({ id: text, state: text });

export const refusal = object({
  error: object({ code: text, message: nullable(text), next: nullable(text) }),
});

export type Session = Decoded<typeof session>;
export type NodeStatus = Decoded<typeof node_status>;
export type HubStatus = Decoded<typeof hub_status>;
export type Assignment = Decoded<typeof assignment>;
export type TaskPage = Decoded<typeof task_page>;
export type Task = TaskPage['tasks'][number];
export type TaskDetail = Decoded<typeof task_detail>;
export type Approval = Decoded<typeof approval>;
export type Outbox = Decoded<typeof outbox>;
export type Exchange = Decoded<typeof exchange>;
export type Organisation = Decoded<typeof organisation_list>['items'][number];
export type Outcome = (typeof kOutcomes)[number];
export type WorkState = (typeof kWorkStates)[number];
export type SyncState = (typeof kSyncStates)[number];
