import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isOfRay,
  linesAfter,
  nextOf,
  placeOf,
  restAfter,
} from '../../../../src/training/engines/ray/log.ts';
import { tries } from '../../../sweep.ts';

/** In parts of a size, as they come from a network. */
async function* inParts(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** As Python writes it: only ASCII. */
const answerOf = (logs: string): Buffer =>
  Buffer.from(
    `{"logs": ${JSON.stringify(logs).replace(/[\u0080-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)}}`,
  );

async function read(bytes: Buffer, { from = 0, size = 1000 } = {}) {
  const lines: string[] = [];
  let next = from;
  for await (const line of linesAfter(inParts(bytes, size), from)) {
    lines.push(line.text);
    next = line.next;
  }
  return { lines, next };
}

describe('engines/ray: log', () => {
  it('gives each whole line once, wherever it was cut and however it comes', async () => {
    const line = fc
      .string({ unit: 'binary', maxLength: 20 })
      .map((text) => text.replace(/[\n\r]/g, '"\\n'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 20 }),
        fc.nat(20),
        fc.integer({ min: 1, max: 40 }),
        async (lines, cut, size) => {
          const whole = lines.map((one) => `${one}\n`);
          const begun = answerOf(`${whole.slice(0, cut).join('')}half a`);
          const first = await read(begun, { size });
          const second = await read(answerOf(whole.join('')), { from: first.next, size });
          expect([...first.lines, ...second.lines]).toEqual(
            lines.map((one) => Buffer.from(one).toString()),
          );
        },
      ),
      tries(400),
    );
  });

  it('cuts a line that is too long, also within an escape', async () => {
    for (const shift of ['', 'a', 'ab', 'abc', 'abcd', 'abcde']) {
      const { lines } = await read(answerOf(`${shift}${'é'.repeat(100_000)}\nnext\n`), {
        size: 64_000,
      });
      expect(lines[0]).toMatch(/^a?b?c?d?e?é{87000,87400} … \(the line went on\)$/);
      expect(lines[1]).toBe('next');
    }
  });

  it('gives nothing of an answer that is none', async () => {
    for (const text of ['', '{"logs":', '{"logs": ""}', '<html>'.repeat(50), '{"logs": null}'])
      expect(await read(Buffer.from(text), { size: 3 })).toEqual({ lines: [], next: 0 });
  });

  it('knows the lines of Ray', () => {
    const of = (line: string) => isOfRay(line, 'run-1');
    expect(
      of('2026-12-01 00:56:05,027\tINFO job_manager.py:581 -- Runtime env is setting up.'),
    ).toBe(true);
    expect(of('Running entrypoint for job run-1: exec python3 -c "$WHEELHOUSE_SHIM"')).toBe(true);
    expect(of('2026-12-01 00:56:05,027\tINFO worker.py:1 -- Connecting to a Ray cluster')).toBe(
      false,
    );
    expect(of('Running entrypoint for job run-2: x')).toBe(false);
  });

  it('leaves Ray alone for as long as reading takes it time', () => {
    expect(restAfter(5, 1000)).toBe(1100);
    expect(restAfter(60_000, 1000)).toBe(61_000);
    expect(placeOf(nextOf({ byte: 7, restsUntil: 9 }))).toEqual({ byte: 7, restsUntil: 9 });
    expect(placeOf(undefined)).toEqual({ byte: 0, restsUntil: 0 });
  });
});
