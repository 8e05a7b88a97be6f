// The update a person is typing (N9). Drafts live in the page's memory only, keyed by person and assignment: a session
// that ends leaves them, another person who signs in does not see them, and nothing of them stays on a shared computer.
import type { Assignment } from '../api/shapes';
import type { Key } from '../i18n/catalogue';

export interface UpdateDraft {
  progress: string;
  state: 'started' | 'done';
  note: string;
}

export function draft_key(person: string, assignment: string): string {
  return `${person}\n${assignment}`;
}

export function new_draft(assignment: Assignment): UpdateDraft {
  return { progress: String(assignment.progress ?? 0), state: 'started', note: '' };
}

export function read_progress(text: string): number | null {
  const trimmed = String(text ?? '').trim();
  if (!/^\d{1,3}$/.test(trimmed)) return null;
  const value = Number(trimmed);
  return value <= 100 ? value : null;
}

// The first thing that keeps a draft from being sent, or null.
export function draft_problem(draft: UpdateDraft): { field: 'progress' | 'note'; text: Key } | null {
  if (read_progress(draft.progress) === null) return { field: 'progress', text: 'update.bad_progress' };
  if (draft.note.trim() === '') return { field: 'note', text: 'update.empty_note' };
  return null;
}
