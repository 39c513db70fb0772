/** What people who know other tools write, and what to write here instead. */

const NUMBERS = /^(?:u?int(?:eger)?\d*|float\d*|double|numeric|decimal|real|long)$/i;
const TEXTS = /^(?:str(?:ing)?|text|varchar|object|categor(?:y|ical)|enum|factor|char)$/i;
const FLAGS = /^bool(?:ean)?$/i;
const TIMES = /^(?:date(?:time)?|time(?:stamp)?)(?:64)?$/i;

/** For a feature's type. */
export function aboutFeature(input: unknown): string {
  const word = String(input);
  const expected = `expected number or category, not ${JSON.stringify(input)}`;
  if (FLAGS.test(word)) return `${expected}; write number, and use 0 and 1 in the rows`;
  if (NUMBERS.test(word)) return `${expected}; write number`;
  if (TEXTS.test(word)) return `${expected}; write category`;
  if (TIMES.test(word))
    return `${expected}; write number, and use e.g. the hour or the age in days in the rows`;
  return expected;
}

/** For a date or a time. */
export function aboutMoment(input: unknown): string {
  const expected =
    'expected a date such as 2018-01-01 or a time in UTC such as 2018-01-01T10:00:00Z';
  if (input === undefined) return `it is missing; ${expected}`;
  const found = `${expected}, not ${JSON.stringify(input)}`;
  if (typeof input !== 'string') return found;
  const plain = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(:\d{2})?$/.exec(input.trim());
  const meant = plain ? `${plain[1]}T${plain[2]}${plain[3] ?? ':00'}Z` : input;
  const time = /\d{4}-\d{2}-\d{2}[ T]/.test(meant) ? Date.parse(meant) : Number.NaN;
  const written = Number.isNaN(time) ? '' : new Date(time).toISOString().replace('.000Z', 'Z');
  // Date.parse reads 30 February as 2 March.
  const isDay = plain === null || written.startsWith(plain[1] ?? '');
  return written !== '' && isDay ? `${found}; write ${written}` : found;
}
