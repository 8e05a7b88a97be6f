// Every offered catalogue is complete, has the same blanks to fill, and covers every closed list of the API.
import { describe, expect, test } from 'vitest';
import { kOutcomes, kSyncStates, kWorkStates } from '../src/api/shapes';
import { is_key, kCatalogues, kOffered, translate, translate_word } from '../src/i18n/catalogue';
import { vi, type Key } from '../src/i18n/vi';

const kKeys = Object.keys(vi) as Key[];
const blanks = (text: string | undefined) => [...(text ?? '').matchAll(/\{\w+\}/g)].map((found) => found[0]).sort();

describe.each(kOffered.map((offered) => offered.code))('catalogue %s', (code) => {
  const catalogue = kCatalogues[code] ?? {};

  test('has every text, and none that is empty', () => {
    expect(kKeys.filter((key) => !catalogue[key]?.trim())).toEqual([]);
    expect(Object.keys(catalogue).filter((key) => !is_key(key))).toEqual([]);
  });

  test('has the same blanks as the Vietnamese one', () => {
    expect(kKeys.filter((key) => blanks(catalogue[key]).join() !== blanks(vi[key]).join())).toEqual([]);
  });

  test('is in NFC', () => {
    expect(kKeys.filter((key) => catalogue[key] !== catalogue[key]?.normalize('NFC'))).toEqual([]);
  });
});

test('closed lists of the API and the roles have a word each', () => {
  const roles = ['viewer', 'operator', 'approver', 'follow_up', 'inspector', 'site_admin', 'auditor', 'hub_office', 'hub_operator', 'hub_security'];
  const wanted = [
    ...kOutcomes.map((word) => `outcome.${word}`),
    ...kWorkStates.map((word) => `work.${word}`),
    ...kSyncStates.map((word) => `sync.${word}`),
    ...roles.map((word) => `role.${word}`),
  ];
  expect(wanted.filter((key) => !is_key(key))).toEqual([]);
});

test('each error text has its three parts', () => {
  const names = kKeys.filter((key) => key.startsWith('error.') && key.endsWith('.what')).map((key) => key.split('.')[1]);
  expect(names.length).toBeGreaterThan(10);
  const gaps = names.flatMap((name) => ['kept', 'next'].map((part) => `error.${name}.${part}`)).filter((key) => !is_key(key));
  expect(gaps).toEqual([]);
});

test('a language without a text falls back to Vietnamese, a word without one stays itself', () => {
  expect(translate('lo', 'nav.tasks')).toBe('Nhiệm vụ');
  expect(translate('en', 'age.hours', { n: 2 })).toBe('2 h ago');
  expect(translate_word('en', 'action', 'set')).toBe('set');
  expect(translate_word('vi', 'action', 'toString')).toBe('toString');
});
