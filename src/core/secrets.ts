/**
 * Keeps secrets out of whatever people read: log lines, cards, answers, the terminal. What looks like a
 * secret is struck out by its shape; the values that this process was given, wherever they stand.
 */

/** Of this process: where an error comes to be read, nobody knows any more what its settings were. */
const known = new Set<string>();
let longestFirst: string[] = [];

/** A shorter value is part of too many words; by their shape, addresses and headers lose it all the same. */
const SHORTEST = 4;

/** From now on `withoutSecrets` strikes these values out, as they are and as addresses and JSON spell them. */
export function keepSecret(values: Iterable<string>): void {
  for (const value of values)
    for (const spelling of spellings(value.trim()))
      if (spelling.length >= SHORTEST) known.add(spelling);
  longestFirst = [...known].toSorted((one, other) => other.length - one.length);
}

/** For tests, many of which share a process: the secrets of one are no secrets of the next. */
export function forgetSecrets(): void {
  known.clear();
  longestFirst = [];
}

const STRUCK = '***';

/** Each with what stays in front of the secret. */
const SHAPES: readonly (readonly [shape: RegExp, instead: string])[] = [
  // Greedy up to the last @: a password may hold one, though it should not.
  // A port is none.
  [
    /\b([a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/?#@"'`<>]{0,200}:)(?!\d{1,5}[/?#])[^\s"'`<>]{1,2000}@/gi,
    `$1${STRUCK}@`,
  ],
  [/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s:/?#@"'`<>]{8,2000}@/gi, `$1${STRUCK}@`],
  [/([?&](?:access_)?(?:token|secret|password|signature)=)[^&\s"'`<>]+/gi, `$1${STRUCK}`],
  [/\b(Bearer +)[\w.~+/=-]{8,}/gi, `$1${STRUCK}`],
  [/\b(Basic +)(?=\S*[A-Z0-9=])[\w+/=-]{8,}/g, `$1${STRUCK}`],
  [/\b(?:xox[a-z](?:\.[a-z]+)?|xapp)-[\w-]+/g, STRUCK],
  [/\bhttps?:\/\/hooks\.[\w.-]+\/\S+/g, STRUCK],
];

export function withoutSecrets(text: string): string {
  let left = text;
  for (const secret of longestFirst) left = left.replaceAll(secret, STRUCK);
  for (const [shape, instead] of SHAPES) left = left.replace(shape, instead);
  return left;
}

const SECRET_NAME =
  /token|secret|passw(?:or)?d|passphrase|credential|(?:api|access|private|signing)_?key/i;
const SAYS_NOTHING = /^(?:true|false|yes|no|none|null|\d{1,3})$/i;

/**
 * What of a setting must not be read: all of it where its name says so, else the password of an
 * address. Empty for a setting that is no secret.
 */
export function secretsIn(name: string, value: string): string[] {
  const passwords = passwordsIn(value.trim());
  if (passwords.length > 0) return passwords;
  const secret = SECRET_NAME.test(name) && !SAYS_NOTHING.test(value.trim());
  return secret && value.trim() !== '' ? [value] : [];
}

/**
 * Of an address such as `redis://user:password@host`, spelt as it stands there. Where a password holds
 * a slash or an @, nobody can say where it ends, so each way to read it counts.
 */
function passwordsIn(address: string): string[] {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)@/i.exec(address)?.[1];
  if (authority === undefined && URL.canParse(address)) return [];
  const all = /^[a-z][a-z0-9+.-]*:\/\/(.*)@/i.exec(address)?.[1];
  const passwords = [authority, all].flatMap((userinfo) =>
    userinfo === undefined ? [] : [userinfo.slice(userinfo.indexOf(':') + 1)],
  );
  return [...new Set(passwords)].filter((password) => password !== '');
}

/** As it is, and as addresses and JSON spell it. */
function spellings(value: string): string[] {
  const forms = [value, attempt(value, decodeURIComponent)];
  const inAddresses = [...forms, ...forms.map((form) => attempt(form, encodeURIComponent))];
  return inAddresses.flatMap((form) => [form, JSON.stringify(form).slice(1, -1)]);
}

/** Neither takes every text. */
function attempt(text: string, change: (text: string) => string): string {
  try {
    return change(text);
  } catch {
    return text;
  }
}
