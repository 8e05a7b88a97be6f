// From the code of a refusal to the three sentences of ui.md 13. Several codes of the programs may share one text; a code
// without a text shows the general one, and always the code itself for the telephone.
import { ApiError } from '../api/client';
import { is_key, type Key } from '../i18n/catalogue';

export interface Problem {
  code: string;
  what: Key;
  kept: Key;
  next: Key;
}

// Codes of the gate and the sign-in (reliability 5.4) whose text has another name: to a person several mean the same, and
// a foreign origin is no matter of roles although its status is 403.
const kByCode: Readonly<Record<string, string>> = {
  csrf_missing: 'stale_page',
  csrf_wrong: 'stale_page',
  sign_in_needed: 'not_signed_in',
  wrong_name_or_password: 'wrong_password',
  login_wait: 'locked',
  not_permitted: 'not_allowed',
  wrong_origin: 'general',
  cross_site: 'general',
  loopback_only: 'general',
};

const kByStatus: Readonly<Record<number, string>> = {
  401: 'not_signed_in',
  403: 'not_allowed',
  404: 'not_found',
  409: 'wrong_state',
  429: 'busy',
  503: 'busy',
  507: 'no_space',
};

export function problem_of(error: unknown): Problem {
  if (!(error instanceof ApiError)) return problem_with('page_failed', 'general');
  for (const name of [kByCode[error.code], error.code, kByStatus[error.status]]) {
    if (name !== undefined && is_key(`error.${name}.what`)) return problem_with(error.code, name);
  }
  return problem_with(error.code, 'general');
}

// A refused sign-in also answers 401; there it is about the password, not about a session.
export function sign_in_problem(error: unknown): Problem {
  const problem = problem_of(error);
  return problem.what === 'error.not_signed_in.what' ? problem_with(problem.code, 'wrong_password') : problem;
}

// The token can be fetched anew without a sign-in.
export function token_is_stale(error: unknown): boolean {
  return error instanceof ApiError && kByCode[error.code] === 'stale_page';
}

export function session_has_ended(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

function problem_with(code: string, name: string): Problem {
  const key = (part: string): Key => {
    const candidate = `error.${name}.${part}`;
    return is_key(candidate) ? candidate : 'error.general.what';
  };
  return { code, what: key('what'), kept: key('kept'), next: key('next') };
}
