import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesAfter, sinceOf } from '../../../../src/training/engines/kubernetes/log.ts';

async function* bytes(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

async function read(text: string, from?: string) {
  const lines: string[] = [];
  let next = from;
  for await (const line of linesAfter(bytes(text), from)) {
    lines.push(line.text ?? '');
    next = line.next;
  }
  return { lines, next };
}

describe('engines/kubernetes: log', () => {
  it('reads each line once, however often and wherever the log is read again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(3), { maxLength: 30 }),
        fc.array(fc.nat(30), { maxLength: 5 }),
        async (steps, cuts) => {
          // Several lines share a timestamp, and trailing zeros are left out, as in the API.
          let at = 0;
          const all = steps.map((step, n) => {
            at += step * 250;
            const fraction = String(at % 1000)
              .padStart(3, '0')
              .replace(/0+$/, '');
            const second = String(Math.floor(at / 1000)).padStart(2, '0');
            const time = `2026-11-30T12:00:${second}${fraction === '' ? '' : `.${fraction}`}Z`;
            return `${time} line ${n}\n`;
          });
          const heard: string[] = [];
          let from: string | undefined;
          for (const cut of [...cuts.toSorted((a, b) => a - b), all.length]) {
            const since = sinceOf(from) ?? '';
            const given = all
              .slice(0, cut)
              .filter((line) => line.slice(0, 19) >= since.slice(0, 19));
            const { lines, next } = await read(given.join(''), from);
            heard.push(...lines);
            from = next;
          }
          expect(heard).toEqual(all.map((_, n) => `line ${n}`));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('keeps an empty line and leaves out what is no line of a log', async () => {
    const text = '2026-11-30T12:00:00Z \nunexpected\n2026-11-30T12:00:00.5Z a b\n';
    expect((await read(text)).lines).toEqual(['', 'a b']);
  });
});
