// Unknown JSON becomes a type or is refused with the path of what did not fit.
import { describe, expect, test } from 'vitest';
import { integer, list, nullable, object, one_of, Refused, text } from '../src/api/decode';
import * as shapes from '../src/api/shapes';
import { kAssignment, kSession, kTask } from './samples';

function refused_path(run: () => unknown): string {
  try {
    run();
  } catch (problem) {
    if (problem instanceof Refused) return problem.path;
    throw problem;
  }
  return 'nothing was refused';
}

describe('decode', () => {
  test.each([
    ['a number for text', text, 1, '$'],
    ['text for a number', integer, '1', '$'],
    ['a fraction', integer, 1.5, '$'],
    ['more than a number can hold', integer, 2 ** 60, '$'],
    ['an unknown word', one_of(['node', 'hub']), 'other', '$'],
    ['an object for a list', list(text), {}, '$'],
    ['a list for an object', object({ a: text }), [], '$'],
    ['a missing key', object({ a: text }), {}, '$.a'],
    ['the second item', list(object({ a: integer })), [{ a: 1 }, { a: null }], '$[1].a'],
    ['a list past the limit', list(integer), Array(20_001).fill(1), '$'],
  ] as const)('refuses %s', (_name, decoder, value, path) => {
    expect(refused_path(() => (decoder as (v: unknown, p: string) => unknown)(value, '$'))).toBe(path);
  });

  test('takes null and an absent key for what may be missing, and ignores keys it does not know', () => {
    const decoder = object({ a: nullable(text), b: nullable(text) });
    expect(decoder({ a: null, c: 1 }, '$')).toEqual({ a: null, b: null });
  });
});

describe('shapes', () => {
  test('reads a session of either program, signed in or not', () => {
    expect(shapes.session(kSession, '$').user?.roles).toEqual(['operator']);
    expect(shapes.session({ ...kSession, signed_in: false, user: null }, '$').user).toBeNull();
  });

  test('refuses an outcome class that R6 does not have', () => {
    const page = { total: 1, page: 1, pages: 1, as_of: null, tasks: [{ ...kTask, assignments: [{ ...kAssignment, outcome: 'fine' }] }] };
    expect(refused_path(() => shapes.task_page(page, '$'))).toBe('$.tasks[0].assignments[0].outcome');
  });

  test('reads a follow-up body as a name or as a reference', () => {
    const detail = (follow_up: unknown) => ({
      task: { ...kTask, follow_up, recurrence: null, condition: null, occurrences: [] },
      history: [{ at: null, received: null, who: null, org: null, record: null, action: 'set', field: 'progress', value: 40, outcome: null, sync: null }],
      pending: [],
    });
    expect(shapes.task_detail(detail('Ban Tổ chức Tỉnh ủy'), '$').task.follow_up).toBe('Ban Tổ chức Tỉnh ủy');
    const decoded = shapes.task_detail(detail({ org: 'hy.btc', name: 'Ban Tổ chức Tỉnh ủy' }), '$');
    expect(decoded.task.follow_up).toBe('Ban Tổ chức Tỉnh ủy');
    expect(decoded.history[0]?.value).toBe('40');
  });
});
