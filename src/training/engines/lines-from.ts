import { open } from 'node:fs/promises';

/** A longer line is cut: endless output must not fill the worker's memory. */
const LONGEST = 64 * 1024;
const CHUNK = 256 * 1024;
const [LF, CR] = [0x0a, 0x0d];

/**
 * Where reading goes on: after this byte, which is behind a whole line, or, if `inside`, in a line that was cut and
 * whose rest is not read.
 */
export interface Place {
  byte: number;
  inside: boolean;
}

export const BEGINNING: Place = { byte: 0, inside: false };

/**
 * The lines of a file that a program still writes, from a place on, ended as those of `linesOf`. The last one without
 * an end is only given if the file is complete, or when it is too long, cut. Without a text, only the place moved. None
 * if there is no such file.
 */
export async function* linesFrom(
  path: string,
  { byte, inside }: Place,
  isComplete: boolean,
): AsyncGenerator<{ text?: string; next: Place }> {
  const file = await open(path).catch(absent);
  if (!file) return;
  const chunk = Buffer.alloc(CHUNK);
  let held: Buffer[] = [];
  let length = 0;
  let skips = inside;
  let at = byte;
  /** A \r may be the first half of a line's end. */
  let endsInCr = false;
  const take = (bytes: Buffer): void => {
    if (length <= LONGEST) held.push(Buffer.from(bytes.subarray(0, LONGEST + 1 - length)));
    length += bytes.length;
  };
  const whole = (next: number): { text: string; next: Place } | undefined => {
    const text = Buffer.concat(held).toString('utf8');
    const skipped = skips;
    const isCut = length > LONGEST;
    [held, length, skips] = [[], 0, false];
    if (skipped) return undefined;
    return { text: isCut ? cut(text) : text, next: { byte: next, inside: false } };
  };
  try {
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, CHUNK, at);
      if (bytesRead === 0) break;
      let from = 0;
      if (endsInCr) {
        endsInCr = false;
        if (chunk[0] === LF) from = 1;
        const line = whole(at + from);
        if (line) yield line;
      }
      for (let end = lineEnd(chunk, from, bytesRead); end !== -1; ) {
        take(chunk.subarray(from, end));
        const isCr = chunk[end] === CR;
        if (isCr && end + 1 === bytesRead) {
          endsInCr = true;
          from = bytesRead;
          break;
        }
        from = end + (isCr && chunk[end + 1] === LF ? 2 : 1);
        const line = whole(at + from);
        if (line) yield line;
        end = lineEnd(chunk, from, bytesRead);
      }
      take(chunk.subarray(from, bytesRead));
      at += bytesRead;
    }
    if (isComplete && (length > 0 || endsInCr)) {
      const line = whole(at);
      if (line) yield line;
    } else if (length > LONGEST) {
      const line = whole(at);
      yield { ...(line && { text: line.text }), next: { byte: at, inside: true } };
    }
  } finally {
    await file.close();
  }
}

function lineEnd(bytes: Buffer, from: number, to: number): number {
  const part = bytes.subarray(0, to);
  const lf = part.indexOf(LF, from);
  const cr = part.subarray(0, lf === -1 ? to : lf).indexOf(CR, from);
  return cr === -1 ? lf : cr;
}

const cut = (text: string): string => `${text.slice(0, LONGEST)} … (the line went on)`;

function absent(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
