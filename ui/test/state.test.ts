// The pure state functions: address, rows of the list, offers, drafts, problems, moments.
import { describe, expect, test } from 'vitest';
import { ApiError } from '../src/api/client';
import { age_of, ends_with_the_day, read_moment, write_moment } from '../src/i18n/moments';
import { approval_reason, assignment_offers } from '../src/state/actions';
import { draft_key, draft_problem, new_draft, read_progress } from '../src/state/draft';
import { for_people, is_nameless, word_of } from '../src/state/history';
import { problem_of, session_has_ended, sign_in_problem } from '../src/state/problem';
import { kNoFilter, read_route, write_query } from '../src/state/route';
import { own_first, summarise } from '../src/state/summary';
import type { Approval } from '../src/api/shapes';
import type { TaskDetail } from '../src/api/shapes';
import { kAssignment, kSession } from './samples';

describe('route', () => {
  test('the filter survives the way through the address', () => {
    const query = { org: 'hy.h-an-thi', outcome: 'not_done_overdue', q: 'đề án & 50 %', page: 3 };
    expect(read_route(write_query(query))).toEqual({ screen: 'tasks', query });
  });

  test.each([
    ['', { screen: 'tasks', query: kNoFilter }],
    ['#/tasks?page=-1&outcome=fine', { screen: 'tasks', query: kNoFilter }],
    ['#/tasks/0af3', { screen: 'task', id: '0af3' }],
    ['#/tasks/../x', { screen: 'tasks', query: kNoFilter }],
    ['#/outbox?part=to_send', { screen: 'outbox', part: 'to_send' }],
    ['#/approvals', { screen: 'approvals' }],
    ['#/sites', { screen: 'sites' }],
  ])('reads %s', (hash, route) => {
    expect(read_route(hash)).toEqual(route);
  });
});

describe('summary', () => {
  const late = { ...kAssignment, id: 'a2', org: 'hy.btc', outcome: 'in_progress_late', deadline: '2025-05-02T17:00:00+07:00' } as const;
  const overdue = { ...kAssignment, id: 'a3', org: 'hy.vp', outcome: 'not_started_overdue', values: 2 } as const;

  test('shows the assignment of the body in question', () => {
    const row = summarise([late, kAssignment], 'hy.ubnd');
    expect(row).toMatchObject({ others: 1, deadline: kAssignment.deadline, several_deadlines: false });
    expect(row.outcomes).toEqual([{ outcome: 'not_started_in_time', n: 1 }]);
  });

  test('counts the classes of several bodies, worst first, and names the earliest deadline', () => {
    const row = summarise([kAssignment, late, overdue, { ...late, id: 'a4' }], '');
    expect(row.focus).toBeNull();
    expect(row.outcomes).toEqual([
      { outcome: 'not_started_overdue', n: 1 },
      { outcome: 'in_progress_late', n: 2 },
      { outcome: 'not_started_in_time', n: 1 },
    ]);
    expect(row).toMatchObject({ deadline: late.deadline, several_deadlines: true, values: 2 });
  });

  test('a list filtered by outcome shows the bodies in that class, not the own assignment in another', () => {
    expect(summarise([kAssignment, late], 'hy.ubnd', 'in_progress_late').focus).toBeNull();
    expect(summarise([kAssignment, late], 'hy.btc', 'in_progress_late').focus?.id).toBe('a2');
  });

  test('puts the own assignment first and keeps the order of the rest', () => {
    expect(own_first([late, overdue, kAssignment], 'hy.ubnd').map((item) => item.id)).toEqual(['a1', 'a2', 'a3']);
  });
});

describe('offers', () => {
  test.each([
    ['handed_over', true, true, false],
    ['available', true, true, false],
    ['received', false, true, true],
    ['started', false, false, true],
    ['done', false, false, false],
    ['cancelled', false, false, false],
  ] as const)('an assignment that is %s', (state, receive, return_task, update) => {
    const offers = assignment_offers({ ...kAssignment, state }, kSession);
    expect([offers.receive.shown, offers.return_task.shown, offers.update.shown]).toEqual([receive, return_task, update]);
  });

  test('nothing for the assignment of another body, nor at the hub', () => {
    expect(assignment_offers({ ...kAssignment, org: 'hy.btc' }, kSession).receive.shown).toBe(false);
    expect(assignment_offers(kAssignment, { ...kSession, program: 'hub' }).receive.shown).toBe(false);
  });

  test('who may not enter sees the reason', () => {
    const approver = { ...kSession, user: { name: 'minh', roles: ['approver'], org: 'hy.ubnd' } };
    expect(assignment_offers(kAssignment, approver).receive).toEqual({ shown: true, reason: 'reason.not_operator' });
  });

  test('an own version and a missing role keep from approving, with the reason (R51)', () => {
    const item: Approval = {
      id: 'p1', kind: 'update', task: null, ref: 'II.1', title: '', org: null, author: 'lan', written_at: null,
      progress: 40, state: 'started', note: null, mine: false,
    };
    const approver = { ...kSession, user: { name: 'minh', roles: ['approver'], org: 'hy.ubnd' } };
    expect(approval_reason(item, approver)).toBeNull();
    expect(approval_reason({ ...item, mine: true }, approver)).toBe('reason.own_version');
    expect(approval_reason(item, kSession)).toBe('reason.not_approver');
  });
});

describe('draft', () => {
  test.each([
    ['0', 0],
    [' 100 ', 100],
    ['101', null],
    ['-1', null],
    ['4.5', null],
    ['', null],
  ])('progress %j is %j', (text, value) => {
    expect(read_progress(text)).toBe(value);
  });

  test('names the first field that keeps it from being sent', () => {
    const draft = new_draft({ ...kAssignment, progress: 40 });
    expect(draft.progress).toBe('40');
    expect(draft_problem({ ...draft, progress: 'x' })?.field).toBe('progress');
    expect(draft_problem(draft)?.field).toBe('note');
    expect(draft_problem({ ...draft, note: 'đã họp' })).toBeNull();
  });

  test('belongs to one person', () => {
    expect(draft_key('lan', 'a1')).not.toBe(draft_key('minh', 'a1'));
  });
});

describe('problem', () => {
  test.each([
    ['same_person', 403, 'error.same_person.what'],
    ['some_new_code', 403, 'error.not_allowed.what'],
    ['wrong_name_or_password', 401, 'error.wrong_password.what'],
    ['login_wait', 429, 'error.locked.what'],
    ['wrong_origin', 403, 'error.general.what'],
    ['csrf_wrong', 403, 'error.stale_page.what'],
    ['some_new_code', 422, 'error.general.what'],
    ['hub_unreachable', 503, 'error.hub_unreachable.what'],
  ])('%s with %i', (code, status, what) => {
    expect(problem_of(new ApiError(code, status, ''))).toMatchObject({ code, what });
  });

  test('401 ends a session, but at the sign-in it is about the password', () => {
    const refused = new ApiError('some_code', 401, '');
    expect(session_has_ended(refused)).toBe(true);
    expect(problem_of(refused).what).toBe('error.not_signed_in.what');
    expect(sign_in_problem(refused).what).toBe('error.wrong_password.what');
  });
});

describe('moments', () => {
  test.each([
    ['2025-06-24T23:59:59+07:00', '23:59 24/06/2025'],
    ['2025-04-16T10:00:00+07:00', '10:00 16/04/2025'],
    ['2025-12-31T18:30:00Z', '01:30 01/01/2026'],
    ['2025-03-12T14:20:05.123456+07:00', '14:20 12/03/2025'],
    ['2025-03-12T01:20:00-05:30', '13:50 12/03/2025'],
    ['2025-04-04', '04/04/2025'],
    ['waits for an event', 'waits for an event'],
  ])('%s is written %s', (text, written) => {
    expect(write_moment(text)).toBe(written);
  });

  test('a deadline at the end of its day is known as such', () => {
    expect(ends_with_the_day({ day: '24/06/2025', time: '23:59' })).toBe(true);
    expect(ends_with_the_day(read_moment('2025-06-24T17:00:00+07:00') ?? { day: '', time: '' })).toBe(false);
  });

  test.each([
    [5, 'seconds', 5],
    [59 * 60, 'minutes', 59],
    [7200, 'hours', 2],
    [3 * 86_400, 'days', 3],
  ])('%i s', (seconds, unit, n) => {
    expect(age_of(seconds)).toEqual({ unit, n });
  });
});

describe('history', () => {
  const entry = (value: string | null): TaskDetail['history'][number] => ({
    at: null,
    received: null,
    who: null,
    org: null,
    record: null,
    action: 'set',
    field: 'text',
    value,
    outcome: null,
    sync: null,
  });

  test.each([
    ['8014f3c02baec7939de23e66f0b476f9', false],
    ['cc7949e168270ee5542a19c22ffa61d84bd4593b7444f5dc09eab295d35f158b', false],
    ['8014f3c02baec7939de23e66f0b476f', true],
    ['Số 8014f3c02baec7939de23e66f0b476f9', true],
    ['40', true],
    [null, true],
  ])('an entry of %s is for people: %s', (value, shown) => {
    expect(for_people(entry(value))).toBe(shown);
  });

  test('a field says what kind of word its value is', () => {
    expect(['follow_up_body', 'work_state', 'percent', 'text', 'toString', null].map(word_of)).toEqual([
      'body',
      'work',
      'percent',
      'text',
      'text',
      'text',
    ]);
  });

  test('a person whom the program cannot name is told from a name', () => {
    expect(['d7a68c02', 'd7a68c0', 'binh'].map(is_nameless)).toEqual([true, false, false]);
  });
});
