/**
 * Keeps secrets out of everything that people read: log lines, cards, answers, the terminal. Text that looks
 * like a secret is redacted by its form; the secrets that this process was given are redacted wherever they
 * occur.
 */

/** Kept for the process, because code that shows an error does not know the settings. */
const known = new Set<string>();
let longestFirst: string[] = [];

/**
 * A shorter value is part of too many words; in addresses and headers it is redacted by its form all the
 * same.
 */
const SHORTEST = 4;

/** From now on `withoutSecrets` redacts these values, as they are and as encoded in URLs and JSON. */
export function keepSecret(values: Iterable<string>): void {
  for (const value of values)
    for (const spelling of spellings(value.trim()))
      if (spelling.length >= SHORTEST) known.add(spelling);
  longestFirst = [...known].toSorted((one, other) => other.length - one.length);
}

/** For tests, many of which share a process: the secrets of one test do not affect the next. */
export function forgetSecrets(): void {
  known.clear();
  longestFirst = [];
}

const STRUCK = '***';

/** Each with the part that stays in front of the secret. */
const SHAPES: readonly (readonly [shape: RegExp, instead: string])[] = [
  // Greedy up to the last @: a password may contain one, although it should be encoded. A port is not a
  // password.
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
  /token|secret|passw(?:or)?d|passphrase|credential|(?:api|access|private|signing)_?key|otlp_\w*headers/i;
const SAYS_NOTHING = /^(?:true|false|yes|no|none|null|\d{1,3})$/i;

/**
 * The secret part of a setting: all of it if its name says so, otherwise the password in a URL. Empty for a
 * setting without a secret.
 */
export function secretsIn(name: string, value: string): string[] {
  const passwords = passwordsIn(value.trim());
  if (passwords.length > 0) return passwords;
  const secret = SECRET_NAME.test(name) && !SAYS_NOTHING.test(value.trim());
  return secret && value.trim() !== '' ? [value] : [];
}

/**
 * For an address such as `redis://user:password@host`, as it is written there. If a password contains a slash
 * or an @, its end is ambiguous, so each possible reading counts.
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

/** As it is, and as encoded in URLs and JSON. */
function spellings(value: string): string[] {
  const forms = [value, attempt(value, decodeURIComponent)];
  const inAddresses = [...forms, ...forms.map((form) => attempt(form, encodeURIComponent))];
  return inAddresses.flatMap((form) => [form, JSON.stringify(form).slice(1, -1)]);
}

/** Neither accepts every text. */
function attempt(text: string, change: (text: string) => string): string {
  try {
    return change(text);
  } catch {
    return text;
  }
}
