import type { LogLine } from '../../../core/engine.ts';

const [QUOTE, BACKSLASH, N] = [0x22, 0x5c, 0x6e];
const START = /^\s*\{\s*"logs"\s*:\s*"/;
/** A longer line is cut; the shim cuts its own before, at a sixth of it: no character is longer than \u0000. */
const LONGEST = 512 * 1024;

/**
 * Whether a line is of Ray itself, in the log of the job `id`. They come anywhere before the end, also after the first ones
 * of the program.
 */
export function isOfRay(line: string, id: string): boolean {
  return (
    line.startsWith(`Running entrypoint for job ${id}: `) ||
    /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2},\d+\s+[A-Z]+ job_manager\.py:\d+ -- /.test(line)
  );
}

/**
 * The complete lines of `{"logs": "…"}`, which comes as a whole each time, after a number of bytes within its text. What
 * was read before is skipped, not parsed.
 */
export async function* linesAfter(
  body: AsyncIterable<Buffer>,
  from: number,
): AsyncGenerator<{ text: string; next: number }> {
  let head: Buffer | undefined = Buffer.alloc(0);
  let at = 0;
  let held: Buffer[] = [];
  let length = 0;
  let escaped = false;
  for await (let chunk of body) {
    if (head) {
      head = Buffer.concat([head, chunk]);
      const start = START.exec(head.subarray(0, 64).toString('latin1'))?.[0].length;
      if (start === undefined) {
        if (head.length >= 64) return;
        continue;
      }
      chunk = head.subarray(start);
      head = undefined;
    }
    const skipped = Math.min(chunk.length, Math.max(0, from - at));
    let begin = skipped;
    for (let index = skipped; index < chunk.length; index += 1) {
      const byte = chunk[index];
      if (escaped) {
        escaped = false;
        if (byte !== N) continue;
        keep(chunk.subarray(begin, index + 1));
        yield { text: textOf(Buffer.concat(held), length), next: at + index + 1 };
        [held, length, begin] = [[], 0, index + 1];
      } else if (byte === BACKSLASH) escaped = true;
      else if (byte === QUOTE) return;
    }
    keep(chunk.subarray(begin));
    at += chunk.length;
  }

  function keep(part: Buffer): void {
    if (length < LONGEST) held.push(Buffer.from(part.subarray(0, LONGEST - length)));
    length += part.length;
  }
}

function textOf(raw: Buffer, length: number): string {
  const encoded = raw.toString('utf8');
  if (length <= LONGEST) return JSON.parse(`"${encoded.slice(0, -2)}"`);
  // An escape must not be cut in two.
  const whole = encoded.replace(/(?<!\\)((?:\\\\)*)\\(?:u[0-9a-fA-F]{0,3})?$/, '$1');
  return `${JSON.parse(`"${whole}"`)} … (the line went on)`;
}

/** How far a log was read, and until when it is left alone. */
interface Place {
  byte: number;
  restsUntil: number;
}

/** Reading a long log takes Ray a while, every time: so much of the time it has peace. */
const REST = 20;
const LONGEST_REST_MS = 60_000;

export function placeOf(from: string | undefined): Place {
  const [byte = '0', restsUntil = '0'] = (from ?? '').split(' ');
  return { byte: Number(byte) || 0, restsUntil: Number(restsUntil) || 0 };
}

export const nextOf = ({ byte, restsUntil }: Place): LogLine['next'] => `${byte} ${restsUntil}`;

/** @param took how long the log was read, in milliseconds */
export const restAfter = (took: number, now: number): number =>
  Math.round(now + Math.min(took * REST, LONGEST_REST_MS));
