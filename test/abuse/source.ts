import { type Random, randomFrom } from '../storm/random.ts';

/** All random choices for one input. */
export interface Source {
  /** An integer, both ends included. */
  int(low: number, high: number): number;
  chance(share: number): boolean;
  pick<T>(from: readonly T[]): T;
  bytes(length: number): Buffer;
  /** Hostile text: control characters, markup, special names, extreme lengths. */
  text(longest?: number): string;
  /** Any JSON value, deep, wide or odd. */
  json(depth?: number): unknown;
}

const NASTY: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\u202e\u2066flights',
  '\ud800',
  '\u{1f600}'.repeat(50),
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '../../../../etc/passwd',
  '..\\..\\windows\\system32',
  'file:///etc/passwd',
  '/dev/zero',
  '$(touch /tmp/wheelhouse-abused)',
  '`id`; rm -rf x | cat && echo $HOME',
  "' OR 1=1 --",
  '{"$gt":""}',
  '{"$where":"while(true){}"}',
  '$ne',
  'a.b.$.c',
  '<script>alert(1)</script>',
  '<!channel> <!everyone> <@U000000001>',
  '@everyone @here <@&1> <#1>',
  '[text](javascript:alert(1))',
  '%s%n%x%p',
  '%00%0a%0d',
  '\r\nset-cookie: a=b\r\n',
  '\x1b[2J\x1b]0;owned\x07',
  '--json',
  '--as=ops',
  '--',
  '-1',
  'NaN',
  'Infinity',
  '1e400',
  '9007199254740993',
  '0x1f',
  'true',
  'null',
  'undefined',
  '"unclosed',
  "'unclosed",
  'ünïcödé',
  'ﬂıghts',
  'İ',
  'ß',
  '２',
  '2001-02-30',
  '0000-00-00',
  '99999-01-01',
  'v999999999999',
];

const KEYS: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toJSON',
  'then',
  '$set',
  'a.b',
  '',
  '\0',
  'length',
];

export function createSource(seed: number): Source {
  const random: Random = randomFrom(seed);
  const int = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const chance = (share: number) => random() < share;
  function pick<T>(from: readonly T[]): T {
    const chosen = from[int(0, from.length - 1)];
    if (chosen === undefined) throw new Error('there is nothing to pick from');
    return chosen;
  }
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => int(0, 255)));
  const anyCharacter = () => String.fromCharCode(int(0, chance(0.5) ? 0x7f : 0xffff));

  function text(longest = 20_000): string {
    const kind = int(0, 9);
    if (kind < 5) return pick(NASTY).slice(0, longest);
    if (kind < 8) return Array.from({ length: int(1, 40) }, anyCharacter).join('');
    if (kind === 8) return `${pick(NASTY)}${pick(NASTY)}`.slice(0, longest);
    return pick(['x', 'é', '\u{1f600}', '[', '{"a":', '\n', '\\'])
      .repeat(int(100, longest / 4))
      .slice(0, longest);
  }

  function json(depth = 3): unknown {
    const kind = int(0, depth > 0 ? 11 : 7);
    if (kind < 3) return text(2000);
    if (kind === 3) return pick([0, -0, -1, 1, 1.5, 2 ** 53, -(2 ** 63), 1e308, 5e-324]);
    if (kind === 4) return chance(0.5);
    if (kind === 5) return null;
    if (kind === 6) return [];
    if (kind === 7) return {};
    if (kind < 10) return Array.from({ length: int(1, 4) }, () => json(depth - 1));
    const entries = Array.from({ length: int(1, 4) }, () => [
      chance(0.4) ? pick(KEYS) : text(50),
      json(depth - 1),
    ]);
    return odd(entries);
  }
  return { int, chance, pick, bytes, text, json };
}

/** An object of these entries, names such as __proto__ included, as JSON.parse would make it. */
function odd(entries: unknown[][]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [key, value] of entries)
    Object.defineProperty(object, String(key), {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  return object;
}

type Container = Record<string, unknown> | unknown[];
const isContainer = (value: unknown): value is Container =>
  typeof value === 'object' && value !== null;

/** A copy of `value` with one to three places changed, removed, duplicated or made odd. */
export function mutated(source: Source, value: unknown): unknown {
  const copy: unknown = structuredClone(value);
  for (let times = source.int(1, 3); times > 0; times -= 1) {
    const places: [Container, string][] = [];
    collect(copy, places);
    if (places.length === 0) return source.json();
    const [container, key] = source.pick(places);
    change(source, container, key);
  }
  return copy;
}

function collect(value: unknown, into: [Container, string][]): void {
  if (!isContainer(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    into.push([value, key]);
    collect(inner, into);
  }
}

function change(source: Source, container: Container, key: string): void {
  const kind = source.int(0, 5);
  if (kind === 0) {
    if (Array.isArray(container)) container.splice(Number(key), 1);
    else delete container[key];
    return;
  }
  if (kind === 1 && Array.isArray(container)) {
    container.push(...structuredClone(container), source.json(1));
    return;
  }
  const made =
    kind === 2
      ? { [source.text(30)]: source.json(1) }
      : kind === 3
        ? [source.json(1)]
        : source.json();
  Object.defineProperty(
    container,
    kind === 4 && !Array.isArray(container) ? source.pick(KEYS) : key,
    {
      value: made,
      enumerable: true,
      writable: true,
      configurable: true,
    },
  );
}

/** A copy of the bytes with some flipped, cut off, duplicated, or replaced by large numbers. */
export function mutatedBytes(source: Source, given: Uint8Array): Buffer {
  let bytes = Buffer.from(given);
  for (let times = source.int(1, 6); times > 0; times -= 1) {
    const at = source.int(0, Math.max(0, bytes.length - 1));
    const kind = source.int(0, 5);
    if (kind === 0) bytes = bytes.subarray(0, at);
    else if (kind === 1)
      bytes = Buffer.concat([
        bytes.subarray(0, at),
        source.bytes(source.int(1, 30)),
        bytes.subarray(at),
      ]);
    else if (kind === 2) bytes = Buffer.concat([bytes, bytes.subarray(at)]);
    else if (kind === 3)
      bytes.fill(
        source.pick([0x00, 0xff, 0x80, 0x7f]),
        at,
        Math.min(bytes.length, at + source.int(1, 9)),
      );
    else if (bytes.length > 0) bytes[at] = source.int(0, 255);
  }
  return bytes;
}

/** JSON text: mostly valid, sometimes cut, too deeply nested or with invalid tokens. */
export function asBody(source: Source, value: unknown): string | Buffer {
  const body = JSON.stringify(value) ?? '';
  const kind = source.int(0, 19);
  if (kind === 0) return body.slice(0, source.int(0, body.length));
  if (kind === 1) return `${'['.repeat(source.int(1000, 200_000))}${body}`;
  if (kind === 2) return '{"a":'.repeat(source.int(1000, 50_000));
  if (kind === 3)
    return body.replace(
      /\d+/,
      source.pick(['NaN', 'Infinity', '-Infinity', '1e999', '01', '.5', 'undefined']),
    );
  if (kind === 4) return Buffer.concat([Buffer.from(body), source.bytes(5)]);
  if (kind === 5) return Buffer.from(body.replaceAll('e', '\xff'), 'latin1');
  if (kind === 6) return `${body}${body}`;
  if (kind === 7) return source.text();
  return body;
}

/** The text with lone surrogates replaced, as UTF-8 would have it. */
export const wellFormed = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');
