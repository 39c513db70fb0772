import { StringDecoder } from 'node:string_decoder';

/** A longer line is cut: endless output must not fill the worker's memory. */
const LONGEST = 64 * 1024;

/**
 * The lines of a program's output, read as UTF-8, ended by `\n`, `\r\n` or the `\r` of a progress bar. The last
 * one needs no end. Not node:readline: it also splits at U+2028, which JSON may contain, and buffers a line
 * without an end completely.
 */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let held = '';
  for await (const chunk of stream) {
    // A trailing \r waits: its \n may be in the next chunk.
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
