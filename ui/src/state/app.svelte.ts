// The state of the page, and the acts that change it: sign in and out, the poll of /status, sending and receiving, and
// what was last said to the person. Screens hold their own lists; they load again when `version` changes.
import type { Client } from '../api/client';
import type { HubStatus, NodeStatus, Organisation, Session } from '../api/shapes';
import { offered_language, translate, translate_word, type Key, type Language, type Params } from '../i18n/catalogue';
import { age_of, ends_with_the_day, read_moment, write_moment } from '../i18n/moments';
import { draft_key, type UpdateDraft } from './draft';
import { problem_of, session_has_ended, sign_in_problem, token_is_stale, type Problem } from './problem';
import { read_route, type Route } from './route';

const kPollMs = 10_000;
const kLanguageKey = 'tram-language';

interface App {
  language: Language;
  route: Route;
  session: Session | null;
  // Who was signed in when the session ended: their page stays, under the sign-in form.
  ended: Session | null;
  node: NodeStatus | null;
  hub: HubStatus | null;
  status_problem: Problem | null;
  problem: Problem | null;
  notice: string;
  announcement: string;
  exchanging: boolean;
  version: number;
  organisations: Organisation[];
  drafts: Record<string, UpdateDraft>;
}

export const app: App = $state({
  language: 'vi',
  route: read_route(''),
  session: null,
  ended: null,
  node: null,
  hub: null,
  status_problem: null,
  problem: null,
  notice: '',
  announcement: '',
  exchanging: false,
  version: 0,
  organisations: [],
  drafts: {},
});

let client: Client;
export const api = (): Client => client;

export function t(key: Key, params?: Params): string {
  return translate(app.language, key, params);
}

export function word(group: string, value: string | null): string {
  return value === null ? '' : translate_word(app.language, group, value);
}

// A body by its code, as the directory names it; the code itself where the directory is not here yet.
export function body(code: string): string {
  if (code === 'hub') return t('app.hub');
  const found = app.organisations.find((item) => item.org === code);
  return found ? ((app.language === 'en' && found.name_en) || found.name) : code;
}

export function moment(text: string | null): string {
  return text === null ? '' : write_moment(text);
}

export function deadline(text: string): string {
  const read = read_moment(text);
  if (!read) return text;
  return ends_with_the_day(read) ? t('moment.end_of_day', { day: read.day }) : `${read.time} ${read.day}`;
}

export function age(seconds: number): string {
  const { unit, n } = age_of(seconds);
  return t(`age.${unit}`, { n });
}

// The session whose page is on the screen: the present one, or the one that has ended under the sign-in form.
export function shown_session(): Session | null {
  return app.session?.signed_in ? app.session : app.ended;
}

export function draft_id(assignment: string): string {
  return draft_key(shown_session()?.user?.name ?? '', assignment);
}

export function start(with_client: Client): void {
  client = with_client;
  set_language(offered_language(localStorage.getItem(kLanguageKey)) ?? 'vi');
  app.route = read_route(location.hash);
  addEventListener('hashchange', () => {
    app.route = read_route(location.hash);
    app.problem = null;
    app.notice = '';
  });
  document.addEventListener('visibilitychange', () => void poll());
  setInterval(() => void poll(), kPollMs);
  void load_session();
}

export function set_language(language: Language): void {
  app.language = language;
  document.documentElement.lang = language;
  localStorage.setItem(kLanguageKey, language);
}

export async function load_session(): Promise<void> {
  try {
    app.session = await client.session();
    app.problem = null;
    if (app.session.signed_in) await after_sign_in();
  } catch (error) {
    app.problem = problem_of(error);
  }
}

// Returns what went wrong, or null. The token is fetched first: the one of an ended session is no longer good.
export async function sign_in(name: string, password: string): Promise<Problem | null> {
  try {
    await client.session();
    app.session = await client.sign_in(name, password);
  } catch (error) {
    return sign_in_problem(error);
  }
  app.ended = null;
  app.problem = null;
  await after_sign_in();
  return null;
}

export async function sign_out(): Promise<void> {
  await act(async () => {
    app.session = await client.sign_out();
    app.ended = null;
    app.drafts = {};
    app.node = null;
    app.hub = null;
  });
}

// Runs one act of a person: says what came of it, and returns whether it was done.
export async function act(work: () => Promise<string | void>): Promise<boolean> {
  app.problem = null;
  app.notice = '';
  try {
    app.notice = (await work()) ?? '';
    await poll();
    app.version += 1;
    return true;
  } catch (error) {
    await failed(error);
    return false;
  }
}

// Loads something for a screen; a failure is said once, in the place of all failures.
export async function load<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    await failed(error);
    return null;
  }
}

export async function exchange(): Promise<void> {
  app.exchanging = true;
  await act(async () => {
    const done = await client.exchange();
    return t('exchange.done', { pushed: done.pushed, pulled: done.pulled, waiting: done.waiting_receipt });
  });
  app.exchanging = false;
}

async function after_sign_in(): Promise<void> {
  app.version += 1;
  await poll();
  const found = await load(() => client.organisations());
  app.organisations = found?.items ?? [];
}

async function failed(error: unknown): Promise<void> {
  const ended = session_has_ended(error);
  if (!ended) app.problem = problem_of(error);
  if (!ended && !token_is_stale(error)) return;
  const before = shown_session();
  try {
    app.session = await client.session();
    if (!app.session.signed_in) app.ended = before;
  } catch (second) {
    app.problem = problem_of(second);
  }
}

// Pages in the background do not poll: their numbers are not read, and they should not keep a session alive.
async function poll(): Promise<void> {
  if (!app.session?.signed_in || document.visibilityState === 'hidden') return;
  try {
    if (app.session.program === 'node') take_node_status(await client.node_status());
    else take_hub_status(await client.hub_status());
    app.status_problem = null;
  } catch (error) {
    if (session_has_ended(error)) await failed(error);
    else app.status_problem = problem_of(error);
  }
}

function take_node_status(next: NodeStatus): void {
  const before = app.node;
  app.node = next;
  if (!before) return;
  const same_counts =
    before.to_approve === next.to_approve &&
    before.to_send === next.to_send &&
    before.waiting_receipt === next.waiting_receipt;
  if (!same_counts) {
    const { to_approve, to_send, waiting_receipt } = next;
    app.announcement = t('state_line.announce', { to_approve, to_send, waiting_receipt });
  }
  if (!same_counts || before.last_exchange !== next.last_exchange) app.version += 1;
}

function take_hub_status(next: HubStatus): void {
  const before = app.hub;
  app.hub = next;
  if (before && JSON.stringify(before.sites) !== JSON.stringify(next.sites)) app.version += 1;
}
