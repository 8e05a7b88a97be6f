// What the address says: which screen, and for the list its filter, so that a list can be bookmarked, sent and printed.
// The part after `#` is used, because then the programs need to serve one page only.
import { kOutcomes } from '../api/shapes';
import type { TaskQuery } from '../api/client';

export type Route =
  | { screen: 'tasks'; query: TaskQuery }
  | { screen: 'task'; id: string }
  | { screen: 'approvals' }
  | { screen: 'outbox'; part: string }
  | { screen: 'sites' }
  | { screen: 'help' };

export const kNoFilter: TaskQuery = { org: '', outcome: '', q: '', page: 1 };

// Anything that is no known address is the list of tasks, the start page.
export function read_route(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2);
  const query = new URLSearchParams(search);
  const task = /^\/tasks\/([0-9a-f]+)$/.exec(path);
  if (task?.[1]) return { screen: 'task', id: task[1] };
  if (path === '/approvals') return { screen: 'approvals' };
  if (path === '/outbox') return { screen: 'outbox', part: query.get('part') ?? '' };
  if (path === '/sites') return { screen: 'sites' };
  if (path === '/help') return { screen: 'help' };
  return { screen: 'tasks', query: read_query(query) };
}

export function write_query(query: TaskQuery): string {
  const parts = new URLSearchParams();
  if (query.outcome) parts.set('outcome', query.outcome);
  if (query.org) parts.set('org', query.org);
  if (query.q) parts.set('q', query.q);
  if (query.page > 1) parts.set('page', String(query.page));
  const text = parts.toString();
  return text ? `#/tasks?${text}` : '#/tasks';
}

export function has_filter(query: TaskQuery): boolean {
  return query.org !== '' || query.outcome !== '' || query.q !== '';
}

function read_query(query: URLSearchParams): TaskQuery {
  const outcome = query.get('outcome') ?? '';
  const page = Number(query.get('page') ?? '1');
  return {
    org: query.get('org') ?? '',
    outcome: kOutcomes.some((known) => known === outcome) ? outcome : '',
    q: (query.get('q') ?? '').normalize('NFC'),
    page: Number.isInteger(page) && page >= 1 ? page : 1,
  };
}
