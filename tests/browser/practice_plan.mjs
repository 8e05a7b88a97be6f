// What the plan of tests/data/hung-yen says, read from its files and not from a program: the tasks, and which of them a
// body leads or coordinates.
import { readFileSync } from 'node:fs';

export const kPlan = new URL('../data/hung-yen/', import.meta.url).pathname;

export function read_csv(text) {
  const rows = [[]];
  let cell = '';
  let quoted = false;
  for (let i = text.startsWith('\ufeff') ? 1 : 0; i < text.length; ++i) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') cell += text[++i];
      else quoted = false;
    } else if (c === '"') {
      quoted = true;
    } else if (c === ',' || c === '\n') {
      rows.at(-1).push(cell);
      cell = '';
      if (c === '\n') rows.push([]);
    } else if (c !== '\r') {
      cell += c;
    }
  }
  if (cell !== '' || rows.at(-1).length > 0) rows.at(-1).push(cell);
  const [names, ...records] = rows.filter((row) => row.length > 0);
  return records.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? ''])));
}

const bodies = (cell) => cell.split(' ').filter(Boolean);

export const plan_tasks = read_csv(readFileSync(`${kPlan}tasks.csv`, 'utf8')).map((row) => ({
  ref: row.ref,
  title: row.title,
  lead: bodies(row.lead),
  coordinating: bodies(row.coordinating),
}));
