// Which languages there are, and how a text is found. A catalogue that is not complete yet falls back to Vietnamese,
// never to a key (ui.md 12); Lao and Khmer join `kCatalogues` and `kOffered` when their texts have been checked.
import { en } from './en';
import { vi, type Key } from './vi';

export type { Key } from './vi';
export type Language = 'vi' | 'en' | 'lo' | 'km';
export type Params = Record<string, string | number>;

export const kCatalogues: Partial<Record<Language, Partial<Record<Key, string>>>> = { vi, en };
export const kOffered: readonly { code: Language; name: string }[] = [
  { code: 'vi', name: 'Tiếng Việt' },
  { code: 'en', name: 'English' },
];

export function translate(language: Language, key: Key, params: Params = {}): string {
  const text = kCatalogues[language]?.[key] ?? vi[key];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

export function is_key(candidate: string): candidate is Key {
  return Object.hasOwn(vi, candidate);
}

// A word that a program sent: its translation, or the word itself where the programs know more words than this page.
export function translate_word(language: Language, group: string, word: string): string {
  const key = `${group}.${word}`;
  return is_key(key) ? translate(language, key) : word;
}

export function offered_language(candidate: string | null): Language | null {
  return kOffered.find((language) => language.code === candidate)?.code ?? null;
}
