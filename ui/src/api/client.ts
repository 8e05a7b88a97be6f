// The only place that talks to the program: one function per route of docs/api.md. Every failure leaves here as an
// ApiError with a code, so that the pages have one way to say what happened. It keeps the CSRF token of the session
// (reliability 5.4) and no other state.
import { Refused, type Decoder } from './decode';
import * as shapes from './shapes';

export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export type Fetcher = (input: string, init: RequestInit) => Promise<Response>;

export interface TaskQuery {
  org: string;
  outcome: string;
  q: string;
  page: number;
}

// A page waits this long for the program on the same machine or LAN; an exchange with the hub runs on a slow line.
const kAnswerTimeoutMs = 30_000;
const kExchangeTimeoutMs = 180_000;

export type Client = ReturnType<typeof create_client>;

export function create_client(fetcher: Fetcher) {
  let csrf = '';

  async function call<T>(path: string, decoder: Decoder<T>, init: RequestInit, timeout_ms: number): Promise<T> {
    let response: Response;
    let body: unknown;
    try {
      response = await fetcher(`/api/v1${path}`, {
        credentials: 'same-origin',
        cache: 'no-store',
        signal: AbortSignal.timeout(timeout_ms),
        ...init,
      });
    } catch {
      throw new ApiError('no_answer', 0, 'the program did not answer');
    }
    try {
      body = await response.json();
    } catch {
      throw new ApiError('bad_answer', response.status, 'the answer is no JSON');
    }
    if (!response.ok) throw refusal_of(body, response.status);
    try {
      return decoder(body, '$');
    } catch (problem) {
      if (problem instanceof Refused) throw new ApiError('bad_answer', response.status, problem.message);
      throw problem;
    }
  }

  function get<T>(path: string, decoder: Decoder<T>): Promise<T> {
    return call(path, decoder, { method: 'GET' }, kAnswerTimeoutMs);
  }

  function post<T>(path: string, decoder: Decoder<T>, body: object, timeout_ms = kAnswerTimeoutMs): Promise<T> {
    const headers = { 'Content-Type': 'application/json', 'X-Tram-CSRF': csrf };
    return call(path, decoder, { method: 'POST', headers, body: JSON.stringify(body) }, timeout_ms);
  }

  async function with_token(answer: Promise<shapes.Session>): Promise<shapes.Session> {
    const session = await answer;
    csrf = session.csrf;
    return session;
  }

  return {
    session: () => with_token(get('/session', shapes.session)),
    sign_in: (name: string, password: string) => with_token(post('/session', shapes.session, { name, password })),
    sign_out: () => with_token(post('/session/end', shapes.session, {})),
    node_status: () => get('/status', shapes.node_status),
    hub_status: () => get('/status', shapes.hub_status),
    tasks: (query: TaskQuery) => get(`/tasks${query_text(query)}`, shapes.task_page),
    task: (id: string) => get(`/tasks/${encodeURIComponent(id)}`, shapes.task_detail),
    receive: (id: string) => post(`/assignments/${encodeURIComponent(id)}/receive`, shapes.accepted, {}),
    return_assignment: (id: string, reason: string) =>
      post(`/assignments/${encodeURIComponent(id)}/return`, shapes.accepted, { reason }),
    update: (id: string, update: { progress: number; state: string; note: string }) =>
      post(`/assignments/${encodeURIComponent(id)}/update`, shapes.accepted, update),
    approvals: () => get('/approvals', shapes.approval_list),
    approve: (id: string) => post(`/approvals/${encodeURIComponent(id)}/approve`, shapes.accepted, {}),
    return_approval: (id: string, reason: string) =>
      post(`/approvals/${encodeURIComponent(id)}/return`, shapes.accepted, { reason }),
    outbox: () => get('/outbox', shapes.outbox),
    exchange: () => post('/sync', shapes.exchange, {}, kExchangeTimeoutMs),
    organisations: () => get('/organisations', shapes.organisation_list),
  };
}

function query_text(query: TaskQuery): string {
  const parts = new URLSearchParams();
  if (query.org) parts.set('org', query.org);
  if (query.outcome) parts.set('outcome', query.outcome);
  if (query.q) parts.set('q', query.q);
  if (query.page > 1) parts.set('page', String(query.page));
  const text = parts.toString();
  return text ? `?${text}` : '';
}

function refusal_of(body: unknown, status: number): ApiError {
  try {
    const { error } = shapes.refusal(body, '$');
    return new ApiError(error.code, status, error.message ?? '');
  } catch {
    return new ApiError('bad_answer', status, 'a refusal without a code');
  }
}
