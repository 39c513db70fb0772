import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { BadInput } from '../core/errors.ts';
import { oneLine } from '../core/one-line.ts';

/** A request of the protocol has six levels. Deeper nesting is an attack on code that walks it. */
const MAX_DEPTH = 32;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Values that other languages write but JSON does not have. */
const NOT_A_NUMBER = /-?(?:NaN|Infinity)/;
const REPLACEMENT = '\ufffd';

/**
 * Parses a JSON body. Invalid UTF-8 is refused and not replaced: each replaced byte becomes three, and the text
 * is no longer what was sent.
 * @throws BadInput with one line that says what is wrong and where
 */
export function readBody(bytes: Buffer, encoding: string | undefined): unknown {
  if (encoding !== undefined && encoding !== 'identity')
    throw new BadInput('the body is compressed: send it without a content-encoding.');
  if (bytes.length === 0) throw new BadInput('the body is empty: send a JSON object.');
  if (!isUtf8(bytes)) throw new BadInput(`the body is not valid UTF-8 (${invalidAt(bytes)}).`);
  const deep = firstTooDeep(bytes);
  if (deep !== undefined)
    throw new BadInput(`the body is nested more than ${MAX_DEPTH} levels deep, at byte ${deep}.`);
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    const word = notANumber(bytes);
    throw new BadInput(
      word
        ? `the body holds ${word}, which is not JSON: send null for a missing number.`
        : `the body is not JSON: ${oneLine(cause instanceof Error ? cause.message : String(cause)).slice(0, 200)}.`,
      { cause },
    );
  }
}

/** Position of the bracket that opens one level too many. */
function firstTooDeep(bytes: Buffer): number | undefined {
  let depth = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (byte === 0x5b || byte === 0x7b) {
      depth += 1;
      if (depth > MAX_DEPTH) return at;
    } else if (byte === 0x5d || byte === 0x7d) depth -= 1;
  }
  return undefined;
}

/** Position of the quote that ends the string starting at `start`, or the end of the body. */
function endOfString(bytes: Buffer, start: number): number {
  let at = start + 1;
  for (; at < bytes.length && bytes[at] !== QUOTE; at += 1) if (bytes[at] === BACKSLASH) at += 1;
  return at;
}

/** The first of these words outside strings. */
function notANumber(bytes: Buffer): string | undefined {
  for (let from = 0; from < bytes.length; ) {
    const quote = bytes.indexOf(QUOTE, from);
    const end = quote === -1 ? bytes.length : quote;
    const [word] = NOT_A_NUMBER.exec(bytes.toString('latin1', from, end)) ?? [];
    if (word) return word;
    from = quote === -1 ? end : endOfString(bytes, quote) + 1;
  }
  return undefined;
}

/** The first invalid byte, with its input and row if the rest can be parsed. */
function invalidAt(bytes: Buffer): string {
  const mended = bytes.toString('utf8');
  // A U+FFFD that was sent as such is valid.
  const valid = Buffer.from(REPLACEMENT);
  let byte = 0;
  let from = 0;
  for (;;) {
    const next = mended.indexOf(REPLACEMENT, from);
    byte += Buffer.byteLength(mended.slice(from, next));
    if (!bytes.subarray(byte, byte + valid.length).equals(valid)) break;
    byte += valid.length;
    from = next + 1;
  }
  return `byte ${byte}${inputWithReplacement(mended)}`;
}

const Tensors = z.object({
  inputs: z.array(z.object({ name: z.string(), data: z.array(z.unknown()) })),
});

function inputWithReplacement(mended: string): string {
  const parsed = Tensors.safeParse(parseOrNothing(mended));
  for (const { name, data } of parsed.data?.inputs ?? []) {
    const row = data.findIndex((value) => String(value).includes(REPLACEMENT));
    if (row !== -1) return `, input ${JSON.stringify(name.slice(0, 80))}, row ${row}`;
  }
  return '';
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
