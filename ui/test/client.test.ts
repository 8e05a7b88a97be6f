// What the client sends, and that every failure leaves it as an ApiError with a code.
import { describe, expect, test } from 'vitest';
import { ApiError, create_client, type Fetcher } from '../src/api/client';
import { kSession } from './samples';

interface Sent {
  path: string;
  init: RequestInit;
}

function recording(answers: (Response | Error)[]): { fetcher: Fetcher; sent: Sent[] } {
  const sent: Sent[] = [];
  const fetcher: Fetcher = (path, init) => {
    sent.push({ path, init });
    const answer = answers.shift() ?? new Error('no answer left');
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { fetcher, sent };
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

describe('client', () => {
  test('sends the token of the session with each change, as JSON', async () => {
    const { fetcher, sent } = recording([json(kSession), json({ id: 'a1', changeset: null, state: 'to_approve' })]);
    const client = create_client(fetcher);
    await client.session();
    await client.update('a1', { progress: 40, state: 'started', note: 'đã họp' });
    expect(sent[1]?.path).toBe('/api/v1/assignments/a1/update');
    expect(sent[1]?.init.headers).toEqual({ 'Content-Type': 'application/json', 'X-Tram-CSRF': 'token' });
    expect(JSON.parse(String(sent[1]?.init.body))).toEqual({ progress: 40, state: 'started', note: 'đã họp' });
  });

  test('asks for tasks with the filter that is set, and no empty parts', async () => {
    const { fetcher, sent } = recording([json({ total: 0, page: 1, pages: 0, as_of: null, tasks: [] })]);
    await create_client(fetcher).tasks({ org: 'hy.btc', outcome: '', q: 'đề án', page: 2 });
    expect(sent[0]?.path).toBe('/api/v1/tasks?org=hy.btc&q=%C4%91%E1%BB%81+%C3%A1n&page=2');
  });

  test.each([
    ['a refusal', json({ error: { code: 'same_person', message: 'm', next: 'n' } }, 403), 'same_person', 403],
    ['a program that is gone', new Error('refused'), 'no_answer', 0],
    ['a page of something else', new Response('<html>', { status: 200 }), 'bad_answer', 200],
    ['a refusal without a code', json({}, 500), 'bad_answer', 500],
    ['an answer of another shape', json({ items: [{ id: 1 }] }), 'bad_answer', 200],
  ])('turns %s into a code', async (_name, answer, code, status) => {
    const failure: unknown = await create_client(recording([answer]).fetcher).approvals().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({ code, status });
  });
});
