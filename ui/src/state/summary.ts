// What one row of the list says about a task with one or many assignments: the assignment of the body in question where
// there is one, otherwise how many bodies are in which outcome class, worst first.
import type { Assignment, Outcome } from '../api/shapes';

const kWorstFirst: readonly Outcome[] = [
  'not_started_overdue',
  'not_done_overdue',
  'in_progress_late',
  'not_started_in_time',
  'in_progress_on_time',
  'done_late',
  'done_on_time',
];

export interface Summary {
  focus: Assignment | null;
  others: number;
  outcomes: { outcome: Outcome; n: number }[];
  deadline: string | null;
  several_deadlines: boolean;
  values: number;
}

// In a list filtered by outcome a row must show why it is there: an own assignment in another class does not hide the rest.
export function summarise(assignments: readonly Assignment[], org: string, wanted_outcome = ''): Summary {
  const own = assignments.find(
    (assignment) => assignment.org === org && (wanted_outcome === '' || assignment.outcome === wanted_outcome),
  );
  const focus = own ?? (assignments.length === 1 ? (assignments[0] ?? null) : null);
  const shown = focus ? [focus] : assignments;
  const outcomes = kWorstFirst
    .map((outcome) => ({ outcome, n: shown.filter((assignment) => assignment.outcome === outcome).length }))
    .filter((entry) => entry.n > 0);
  const deadlines = [...new Set(shown.flatMap((assignment) => assignment.deadline ?? []))].sort(by_moment);
  return {
    focus,
    others: focus ? assignments.length - 1 : 0,
    outcomes,
    deadline: deadlines[0] ?? null,
    several_deadlines: deadlines.length > 1,
    values: Math.max(1, ...shown.map((assignment) => assignment.values)),
  };
}

// Own assignment first, the rest in the order of the program.
export function own_first(assignments: readonly Assignment[], org: string): Assignment[] {
  return [...assignments].sort((a, b) => Number(b.org === org) - Number(a.org === org));
}

function by_moment(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b);
}
