import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SegmentStream } from '../../src/serving/log/stream.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wheelhouse-stream-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('syncs even if lines never stop coming, and keeps every line in order', async () => {
  const stream = new SegmentStream({
    folder,
    kind: 'predictions',
    writer: 'writer',
    maxSegmentBytes: 64_000_000,
    maxSegmentAgeMs: 60_000,
    maxPendingBytes: 64_000_000,
    onProblem(problem) {
      throw problem;
    },
  });
  let lines = 0;
  let flushing = true;
  const rounds = (async () => {
    for (let round = 0; round < 20; round += 1) await stream.flush();
    flushing = false;
  })();
  // One line per turn of the loop: during every write, more come.
  while (flushing) {
    stream.append(`${lines} ${'x'.repeat(lines % 500)}\n`, 1);
    lines += 1;
    await turn();
  }
  await rounds;
  await stream.close();
  const [name = ''] = await readdir(folder);
  const numbers = (await readFile(join(folder, name), 'utf8')).trimEnd().split('\n');
  expect(numbers.map((line) => line.split(' ')[0])).toEqual(
    Array.from({ length: lines }, (_, n) => String(n)),
  );
});
