// Answers of a program as the tests need them, in the shapes of docs/api.md.
import type { Assignment, Session, Task } from '../src/api/shapes';

export const kSession: Session = {
  signed_in: true,
  csrf: 'token',
  program: 'node',
  zone: 'open',
  version: '0.1.0',
  setup_needed: false,
  site: { org: 'hy.ubnd', name: 'Đảng ủy UBND tỉnh' },
  user: { name: 'lan', roles: ['operator'], org: 'hy.ubnd' },
};

export const kAssignment: Assignment = {
  id: 'a1',
  org: 'hy.ubnd',
  org_name: 'Đảng ủy UBND tỉnh',
  state: 'available',
  outcome: 'not_started_in_time',
  deadline: '2025-06-30T23:59:59+07:00',
  deadline_written: '2025-06-30',
  progress: null,
  waiting_for: null,
  agreed_next_step: null,
  sync: null,
  values: 1,
};

export const kTask: Task = {
  id: 't1',
  ref: 'III.2.1.g',
  document: '406-KH/TU',
  title: 'Hướng dẫn chức năng, nhiệm vụ của cơ quan chuyên môn thuộc UBND xã, phường',
  state: 'handed_over',
  lead: [{ org: 'hy.ubnd', name: 'Đảng ủy UBND tỉnh' }],
  coordinating: [],
  priority: 'normal',
  assignments: [kAssignment],
};
