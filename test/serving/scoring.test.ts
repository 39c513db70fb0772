import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFolderArtifacts } from '../../src/objects/artifacts.ts';
import { createScorer } from '../../src/serving/batch.ts';
import { openApart } from '../../src/serving/scoring/open.ts';
import { scoreApart } from '../../src/serving/scoring/score.ts';
import { forkScoring } from '../compiled/fork.ts';
import { asBinary } from '../tasks/declared.ts';
import { lives } from '../training/runner.ts';
import { endlessModel } from './endless-model.ts';
import { sigmoid } from './tiny-model.ts';
import { biased, until } from './world.ts';

const SCHEMA = { distance: 'number', carrier: 'category' } as const;
const columnsOf = (distances: number[]) => ({
  rows: distances.length,
  labels: new Uint8Array(distances.length),
  features: { distance: distances, carrier: distances.map(() => 'AA') },
});

let pids: number[];
/** What the processes have said: that they are up, that they have loaded, and their answers. */
let said: number;
beforeEach(() => {
  pids = [];
  said = 0;
});
const fork = () => {
  const child = forkScoring();
  pids.push(child.pid ?? 0);
  child.on('message', () => {
    said += 1;
  });
  return child;
};
afterEach(async () => {
  vi.useRealTimers();
  await until('its process is gone', () => !pids.some(lives));
});

/** A process spins until it is killed, and so for no longer than it takes to get there. */
const isSpinning = async (after: number) => {
  while (said < after) await setTimeout(10);
  await setTimeout(200);
};
/** Its deadlines are over when the test says so. */
const withClock = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
const DEADLINE_MS = 60_000;
const [UP, LOADED, ANSWERED] = [1, 1, 1];

const order = (bytes: Uint8Array, distances: number[], signal = new AbortController().signal) => ({
  ...{ bytes, columns: columnsOf(distances), spec: asBinary(SCHEMA), name: 'flights v3', signal },
});

// A process starts for each, which takes time on a busy machine.
describe('serving/scoring', () => {
  it('gives the score of every row, in as many batches as it takes', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'scoring-'));
    const artifacts = createFolderArtifacts(dir);
    const { sha256 } = await artifacts.putBytes(biased(0.5));
    const distances = Array.from({ length: 2500 }, (_, row) => row / 10);
    const scorer = createScorer(artifacts, fork);
    const { signal } = new AbortController();
    const scores = await scorer.score(sha256, columnsOf(distances), asBinary(SCHEMA), {
      name: 'flights v1',
      signal,
    });
    expect(scores).toHaveLength(2500);
    expect(scores[2499]).toBeCloseTo(sigmoid(2.499 + 1 + 0.5), 5);
    await rm(dir, { recursive: true });
  });

  it('refuses a version that does not answer in time, and says what it did not do', async () => {
    const clock = withClock();
    const hung = expect(
      scoreApart(fork, { ...order(endlessModel(1000), [1, 2000]), deadlineMs: DEADLINE_MS }),
    ).rejects.toThrow('flights v3 did not answer 2 rows within 60 s.');
    await isSpinning(UP + LOADED);
    clock.advanceTimersByTime(DEADLINE_MS);
    await hung;
    said = 0;
    const never = expect(
      scoreApart(fork, { ...order(endlessModel(), [1]), deadlineMs: DEADLINE_MS }),
    ).rejects.toThrow('flights v3 did not load within 60 s.');
    await isSpinning(UP);
    clock.advanceTimersByTime(DEADLINE_MS);
    await never;
  });

  it('ends at once when it is cancelled, even if the model is in an endless loop', async () => {
    const ending = new AbortController();
    const hung = scoreApart(fork, order(endlessModel(1000), [2000], ending.signal));
    const ended = expect(hung).rejects.toThrow('cancelled');
    await isSpinning(UP + LOADED);
    ending.abort(new Error('cancelled'));
    await ended;
  });

  it('says so when the process of a version ends', async () => {
    const killed = scoreApart(fork, order(endlessModel(1000), [2000]));
    const ended = expect(killed).rejects.toThrow(
      /scoring with flights v3: its process ended .*SIGSEGV/,
    );
    await isSpinning(UP + LOADED);
    process.kill(pids[0] ?? 0, 'SIGSEGV');
    await ended;
  });

  it('says why a file is not a model', async () => {
    const broken = scoreApart(fork, order(Buffer.from('no model'), [1]));
    await expect(broken).rejects.toThrow(
      /the model flights v3: The model is not a readable ONNX file/,
    );
  });

  it('answers part after part in one process, each as if it were asked alone', async () => {
    const model = await openApart(fork, order(biased(0.5), []));
    const first = await model.score(columnsOf([100, 200]));
    const second = await model.score(columnsOf([200]));
    expect([...second]).toEqual([first[1]]);
    expect(first[0]).toBeCloseTo(sigmoid(1 + 1 + 0.5), 5);
    const both = [model.score(columnsOf([1])), model.score(columnsOf([2]))];
    const [, another] = await Promise.allSettled(both);
    expect(another).toMatchObject({
      reason: { message: 'flights v3 was asked while it was busy' },
    });
    model.close();
    expect(pids).toHaveLength(1);
    await expect(model.score(columnsOf([1]))).rejects.toThrow('while it was closed');
  });

  it('gives each part its own deadline, and asks a process that missed it no more', async () => {
    const clock = withClock();
    const given = { ...order(endlessModel(1000), []), deadlineMs: DEADLINE_MS };
    const model = await openApart(fork, given);
    clock.advanceTimersByTime(DEADLINE_MS - 1);
    expect(await model.score(columnsOf([1]))).toHaveLength(1);
    const late = expect(model.score(columnsOf([1, 2000]))).rejects.toThrow(
      'flights v3 did not answer 2 rows within 60 s.',
    );
    await isSpinning(UP + LOADED + ANSWERED);
    clock.advanceTimersByTime(DEADLINE_MS);
    await late;
    await expect(model.score(columnsOf([1]))).rejects.toThrow('while it was closed');
  });

  it('ends a process that waits for its next part when the run is cancelled', async () => {
    const ending = new AbortController();
    const model = await openApart(fork, order(biased(0.5), [], ending.signal));
    await model.score(columnsOf([1]));
    ending.abort(new Error('cancelled'));
    await until('its process is gone', () => !pids.some(lives));
    await expect(model.score(columnsOf([1]))).rejects.toThrow('cancelled');
  });

  it('says so if the process ended between two parts', async () => {
    const model = await openApart(fork, order(biased(0.5), []));
    process.kill(pids[0] ?? 0, 'SIGSEGV');
    await until('its process is gone', () => !pids.some(lives));
    await expect(model.score(columnsOf([1]))).rejects.toThrow(
      /scoring with flights v3: its process ended/,
    );
  });
});
