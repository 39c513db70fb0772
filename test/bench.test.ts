import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { benchInference } from '../bench/inference.ts';
import { describeMachine, machineLine } from '../bench/machine.ts';
import { quantile } from '../bench/numbers.ts';
import { benchQueue } from '../bench/queue.ts';
import { benchRollback } from '../bench/rollback.ts';
import { inferenceRows, queueRows, rollbackRows, table } from '../bench/table.ts';
import { openDesk } from './queue/desk.ts';

/** A number that was measured, whatever it is. */
const figure = expect.toSatisfy((value: unknown) => typeof value === 'number' && value > 0);

describe('bench', () => {
  let desk: Awaited<ReturnType<typeof openDesk>>;
  beforeAll(async () => {
    desk = await openDesk();
  });
  afterAll(() => desk.close());

  it('measures the queue beside bare BullMQ, and leaves nothing in Redis', async () => {
    const { url } = desk;
    const side = { jobsPerSecond: figure, p50: figure, p99: figure };
    expect(await benchQueue({ url, rounds: 1, jobs: 20, steady: 5 })).toEqual({
      ours: side,
      bare: side,
      ratio: figure,
      rounds: 1,
    });
    expect(await desk.keys('bench-*')).toEqual([]);
  });

  it('measures inference beside the least that serves the model', async () => {
    const side = { rps: figure, p99: figure };
    const result = await benchInference({ rounds: 1, seconds: 1 });
    expect(result).toEqual({ ours: side, bare: side, ratio: figure });
  });

  it('measures a rollback in a whole house, and drops no request', {
    timeout: 180_000,
  }, async () => {
    expect(await benchRollback({ rollbacks: 2, perSecond: 20 })).toEqual({
      rollbacks: 2,
      median: figure,
      max: figure,
      requests: { sent: figure, failed: 0, p99: figure, perSecond: 20 },
    });
  });

  it('says what it was measured on', async () => {
    expect(machineLine(await describeMachine(desk.url))).toMatch(
      /^\d+ × .+, Node v\d+\.\d+\.\d+, Redis \d+\.\d+\.\d+, load average \d\S* \d\S* \d\S*$/,
    );
  });
});

describe('bench/numbers', () => {
  it('takes the value that so many lie at or below', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2);
    expect(quantile([4, 1, 3, 2], 0.99)).toBe(4);
    expect(quantile([7], 0)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe('bench/table', () => {
  it('aligns the figures, and says which miss their aim', () => {
    const side = { p50: 2, p99: 8.04 };
    const text = table([
      {
        title: 'Queue',
        rows: queueRows({
          ours: { jobsPerSecond: 1700, ...side },
          bare: { jobsPerSecond: 2000, ...side, p50: 1 },
          ratio: 0.85,
          rounds: 1,
        }),
      },
      {
        title: 'Inference',
        rows: inferenceRows({ ours: { rps: 70, p99: 9 }, bare: { rps: 100, p99: 9 }, ratio: 0.7 }),
      },
      {
        title: 'Rollback',
        rows: rollbackRows({
          rollbacks: 3,
          median: 61.26,
          max: 1204,
          requests: { sent: 1234, failed: 1, p99: 5, perSecond: 200 },
        }),
      },
    ]);
    expect(text).toMatchInlineSnapshot(`
      "                                        ours    bare  ratio        aim

      Queue
        no-op jobs a second                  1,700   2,000   0.85     ≥ 0.80     met
        enqueue to start, p50               2.0 ms  1.0 ms   0.50     ≥ 0.80  MISSED
        enqueue to start, p99               8.0 ms  8.0 ms   1.00

      Inference
        requests a second                       70     100   0.70     ≥ 0.80  MISSED
        answer, p99                         9.0 ms  9.0 ms   1.00

      Rollback
        /rollback to first answer, p50     61.3 ms                 < 1000 ms     met
        /rollback to first answer, max     1204 ms                 < 1000 ms  MISSED
        failed of 1,234 requests at 200/s        1                         0  MISSED
        answer meanwhile, p99               5.0 ms"
    `);
  });
});
