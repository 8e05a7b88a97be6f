// Decoders from unknown JSON to types. A value that does not fit is refused as a whole, with the path of the part that
// did not fit: a page shows either what the program said or an error, never a half-understood answer.
// What each answer looks like stands in shapes.ts.

export class Refused extends Error {
  constructor(
    readonly path: string,
    readonly expected: string,
  ) {
    super(`${path}: expected ${expected}`);
  }
}

export type Decoder<T> = (value: unknown, path: string) => T;
export type Decoded<D> = D extends Decoder<infer T> ? T : never;

// The longest list an answer may hold; the largest real one is the directory of all bodies of a province hub.
const kMaxItems = 20_000;

export const text: Decoder<string> = (value, path) => {
  if (typeof value !== 'string') throw new Refused(path, 'text');
  return value;
};

export const integer: Decoder<number> = (value, path) => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new Refused(path, 'integer');
  return value;
};

export const bool: Decoder<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw new Refused(path, 'true or false');
  return value;
};

// A value of the log, shown as it was written: text, or a number or boolean turned into text.
export const written: Decoder<string> = (value, path) => {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return text(value, path);
};

// null and an absent key are the same to a reader of these pages.
export function nullable<T>(inner: Decoder<T>): Decoder<T | null> {
  return (value, path) => (value === null || value === undefined ? null : inner(value, path));
}

export function list<T>(inner: Decoder<T>): Decoder<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw new Refused(path, 'list');
    if (value.length > kMaxItems) throw new Refused(path, `at most ${kMaxItems} items`);
    return value.map((item, index) => inner(item, `${path}[${index}]`));
  };
}

export function one_of<const T extends readonly string[]>(words: T): Decoder<T[number]> {
  return (value, path) => {
    if (typeof value !== 'string' || !words.includes(value)) throw new Refused(path, words.join(' or '));
    return value;
  };
}

// Keys that are not named are ignored: a newer program may say more than this page reads.
export function object<S extends Record<string, Decoder<unknown>>>(shape: S): Decoder<{ [K in keyof S]: Decoded<S[K]> }> {
  return (value, path) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refused(path, 'object');
    const source = value as Record<string, unknown>;
    const result: Record<string, unknown> = {};
    for (const [key, decoder] of Object.entries(shape)) result[key] = decoder(source[key], `${path}.${key}`);
    return result as { [K in keyof S]: Decoded<S[K]> };
  };
}
