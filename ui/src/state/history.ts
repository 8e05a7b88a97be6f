// Which entries of a history say something to a person, and what kind of word a value is. The programs send every write to
// every field; identifiers and seals among them stay with the command `explain`.
import type { TaskDetail } from '../api/shapes';

type Entry = TaskDetail['history'][number];

// An identifier has 16 bytes, a hash 32.
const kIdentifier = /^[0-9a-f]{32}(?:[0-9a-f]{32})?$/;
// What a program writes where it does not know the name of a person of another station.
const kNameless = /^[0-9a-f]{8}$/;

const kWordOf: Readonly<Record<string, 'body' | 'work' | 'priority' | 'scope' | 'condition' | 'percent'>> = {
  assigning_side: 'body',
  implementing_body: 'body',
  follow_up_body: 'body',
  receiving_bodies: 'body',
  coordinating_bodies: 'body',
  state: 'work',
  work_state: 'work',
  priority: 'priority',
  scope: 'scope',
  condition: 'condition',
  percent: 'percent',
};

export function for_people(entry: Entry): boolean {
  return entry.value === null || !kIdentifier.test(entry.value);
}

export function word_of(field: string | null): (typeof kWordOf)[string] | 'text' {
  return (field !== null && Object.hasOwn(kWordOf, field) && kWordOf[field]) || 'text';
}

export function is_nameless(who: string): boolean {
  return kNameless.test(who);
}
