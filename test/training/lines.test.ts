import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesOf } from '../../src/training/lines.ts';

async function read(...chunks: Uint8Array[]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(Readable.from(chunks.map((chunk) => Buffer.from(chunk)))))
    lines.push(line);
  return lines;
}

describe('training/lines', () => {
  it('reads the same lines, wherever the chunks are cut', async () => {
    const text = fc
      .array(fc.constantFrom('a', 'ü', '🙂', '\n', '\r\n', '\r', '\u2028', '{"x":1}', ' '))
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(60)), async (written, cuts) => {
        const bytes = Buffer.from(written);
        const places = [0, ...cuts.map((at) => at % (bytes.length + 1)), bytes.length];
        places.sort((a, b) => a - b);
        const chunks = places.slice(1).map((to, at) => bytes.subarray(places[at], to));
        const expected = written.split(/\r\n|\n|\r/);
        if (expected.at(-1) === '') expected.pop();
        expect(await read(...chunks)).toEqual(expected);
      }),
    );
  });

  it('holds no more of a line without end than it shows', async () => {
    const megabyte = Buffer.alloc(1024 * 1024, 'x');
    const lines = await read(...Array.from({ length: 40 }, () => megabyte), Buffer.from('\nnext'));
    expect(lines.map((line) => line.length)).toEqual([65_557, 4]);
    expect(lines[1]).toBe('next');
  });
});
