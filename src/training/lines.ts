import { StringDecoder } from 'node:string_decoder';

/** A line longer than this is cut: what never ends must not fill the memory of the worker. */
const LONGEST = 64 * 1024;

/**
 * The lines of a program's output, read as UTF-8, ended by `\n`, `\r\n` or the `\r` of a progress
 * bar. The last one needs no end. Not node:readline: it splits at U+2028 too, which JSON may hold,
 * and keeps a line without end whole.
 */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let held = '';
  for await (const chunk of stream) {
    // A \r at the very end waits: its \n may be in the next chunk.
    const parts = (held + decoder.write(chunk)).split(/\r\n|\n|\r(?!$)/);
    held = (parts.pop() ?? '').slice(0, LONGEST + 1);
    for (const part of parts) yield cut(part);
  }
  const rest = held + decoder.end();
  if (rest !== '') yield cut(rest.replace(/\r$/, ''));
}

function cut(line: string): string {
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST)} … (the line went on)`;
}
