import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { benchAutocomplete } from '../bench/autocomplete.ts';
import { benchBatches } from '../bench/batches.ts';
import { benchDrift } from '../bench/drift.ts';
import { benchInference } from '../bench/inference.ts';
import { describeMachine, machineLine } from '../bench/machine.ts';
import { quantile } from '../bench/numbers.ts';
import { benchPerformance } from '../bench/performance.ts';
import { benchQueue } from '../bench/queue.ts';
import { benchRollback } from '../bench/rollback.ts';
import { rollbackRows, rolloutRows } from '../bench/rollout/rows.ts';
import { benchRollout } from '../bench/rollout.ts';
import { cpuOf, ofClock, ofStat } from '../bench/slack/cpu.ts';
import { benchSlack } from '../bench/slack.ts';
import { benchStore } from '../bench/store.ts';
import {
  driftRows,
  inferenceRows,
  performanceRows,
  queueRows,
  slackRows,
  storeRows,
  table,
} from '../bench/table.ts';
import { openDesk } from './queue/desk.ts';
import { oneOf, playsExpensive } from './sweep.ts';

/** Any measured number. */
const figure = expect.toSatisfy((value: unknown) => typeof value === 'number' && value > 0);

describe('bench', () => {
  let desk: Awaited<ReturnType<typeof openDesk>>;
  beforeAll(async () => {
    desk = await openDesk();
  });
  afterAll(() => desk.close());

  it('measures the queue next to bare BullMQ, and leaves nothing in Redis', async () => {
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

  it('measures the completion of an option', async () => {
    expect(await benchAutocomplete({ models: 3, runs: 5, presses: 20 })).toMatchObject({
      ...{ p50: figure, p99: figure, max: figure },
      ...{ presses: 20, models: 3, runs: 5 },
    });
  });

  /** Each bench starts its own processes, so a test run plays only one of them. */
  const BENCHES = [
    {
      what: 'the embedded store with and without an index',
      async measures() {
        const sides = { indexed: figure, scanned: figure };
        const result = await benchStore({ rows: 1000, times: 1 });
        expect(result).toEqual({ rows: 1000, newest: sides, range: sides });
        expect(storeRows(result).map(({ ratio }) => ratio)).toEqual([figure, figure]);
      },
    },
    {
      what: 'a look at performance with labels',
      async measures() {
        const side = { seconds: figure, cpuSeconds: figure };
        const result = await benchPerformance({ rows: 2000, runs: 1 });
        expect(result).toEqual({ rows: 2000, whole: side, sliced: side });
        expect(performanceRows(result).map(({ ours }) => ours)).toEqual(
          [0, 1, 2].map(() => expect.stringMatching(/^\d+\.\d\d s$/)),
        );
      },
    },
    {
      what: 'a drift check over files, in a process of its own',
      async measures() {
        const result = await benchDrift({ rows: 500, runs: 1 });
        expect(result).toEqual({
          ...{ rows: 500, columns: 20 },
          ...{ seconds: figure, cpuSeconds: figure, megabytes: figure },
        });
        expect(driftRows(result).map(({ what }) => what)).toEqual([
          '500 rows × 20 columns of Parquet compared with as many',
          'its time on all cores together',
          'its memory, at most',
        ]);
      },
    },
    {
      what: 'inference next to a minimal server',
      async measures() {
        const side = { rps: figure, p99: figure };
        const compared = { ours: side, bare: side, ratio: figure };
        const result = await benchInference({ rounds: 1, seconds: 1 });
        expect(result).toEqual({ few: compared, many: compared, two: compared });
      },
    },
    {
      what: 'batches of predictions beside a route that only parses them',
      async measures() {
        expect(await benchBatches({ rounds: 1, seconds: 1, rows: 50 })).toEqual({
          ...{ rows: 50, ours: figure, bare: figure, ratio: figure },
        });
      },
    },
    {
      what: 'a rollback, and drops no request',
      async measures() {
        expect(await benchRollback({ rollbacks: 2, perSecond: 20 })).toEqual({
          rollbacks: 2,
          median: figure,
          max: figure,
          requests: { sent: figure, failed: 0, p99: figure, perSecond: 20 },
        });
      },
    },
    {
      what: 'a rollout that fails, and drops no request',
      async measures() {
        const options = { perSecond: 50, quietS: 1, settleS: 0.1, rollbacks: 1, promotes: false };
        const result = await benchRollout({ ...options, bad: ['throwing'] });
        expect(result).toEqual({
          bad: [{ name: 'throwing', seconds: figure, why: expect.stringContaining('usable') }],
          // 0 if a challenger with few requests gave no answer after the command.
          ended: expect.toSatisfy((ms: number) => ms >= 0),
          rollbacks: { count: 1, p50: figure, p99: figure },
          requests: { sent: figure, failed: 0, perSecond: 50, reached: figure },
          p99: {
            ...{ quiet: figure, during: figure, ratio: figure, all: figure },
            parts: ['/rollback again and again', 'throwing', 'a rollout that /rollback ends'].map(
              (what) => ({ what, quiet: figure, during: figure, ratio: figure }),
            ),
          },
          beside: { p99: figure, ratio: figure },
        });
        expect(rolloutRows(result)).toHaveLength(12);
      },
    },
    {
      what: 'slash commands beside the least that acknowledges them, and finds each stored and answered',
      async measures() {
        const acks = { p50: figure, p99: figure, max: figure };
        const side = { cpu: figure, steadyCpu: figure, rps: figure, ack: acks };
        expect(await benchSlack({ rounds: 1, commands: 100, steady: 50 })).toEqual({
          ours: side,
          bare: side,
          answered: figure,
          busy: acks,
          ratio: { cpu: figure, steadyCpu: figure, answered: figure, rps: figure },
          rounds: 1,
          perSecond: 100,
        });
      },
    },
  ];
  it.each(playsExpensive('a bench') ? oneOf('bench', BENCHES) : [])(
    'measures $what',
    ({ measures }) => measures(),
  );

  it('names the machine of the measurement', async () => {
    expect(machineLine(await describeMachine(desk.url))).toMatch(
      /^\d+ × .+, Node v\d+\.\d+\.\d+, Redis \d+\.\d+\.\d+, load average \d\S* \d\S* \d\S*$/,
    );
  });
});

describe('bench/numbers', () => {
  it('returns the value that the given share is at or below', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2);
    expect(quantile([4, 1, 3, 2], 0.99)).toBe(4);
    expect(quantile([7], 0)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe('bench/slack/cpu', () => {
  it('reads the CPU time of a process, with any name', () => {
    const behind = `S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 11 0`;
    expect(ofStat(`42 (node) ${behind}`)).toBe(3000);
    expect(ofStat(`42 (a) b) ${behind}`)).toBe(3000);
  });

  it('reads what ps says', () => {
    expect(ofClock('0:00.35')).toBeCloseTo(350);
    expect(ofClock('02:03:04')).toBe(7_384_000);
    expect(ofClock('1-00:00:01')).toBe(86_401_000);
  });

  it('agrees with the figures of Node', async () => {
    const said = process.cpuUsage();
    const ours = await cpuOf(process.pid);
    const { user, system } = process.cpuUsage();
    // Both are whole ticks of ten milliseconds.
    expect(ours).toBeGreaterThan((said.user + said.system) / 1000 - 25);
    expect(ours).toBeLessThan((user + system) / 1000 + 25);
  });
});

describe('bench/table', () => {
  it('aligns the figures, and marks those that miss their goal', () => {
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
        rows: inferenceRows({
          few: { ours: { rps: 70, p99: 9 }, bare: { rps: 100, p99: 9 }, ratio: 0.7 },
          many: { ours: { rps: 70, p99: 9 }, bare: { rps: 100, p99: 9 }, ratio: 0.7 },
          two: { ours: { rps: 160, p99: 9 }, bare: { rps: 100, p99: 9 }, ratio: 1.6 },
        }),
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
      {
        title: 'Slack',
        rows: slackRows({
          ours: { cpu: 0.61, steadyCpu: 2.4, rps: 900, ack: { p50: 4, p99: 20, max: 101 } },
          bare: { cpu: 0.35, steadyCpu: 0.8, rps: 1800, ack: { p50: 2, p99: 25, max: 90 } },
          answered: 2.1,
          busy: { p50: 5, p99: 30, max: 120 },
          ratio: { cpu: 1.74, steadyCpu: 3, answered: 6, rps: 0.5 },
          rounds: 1,
          perSecond: 100,
        }),
      },
    ]);
    expect(text).toMatchInlineSnapshot(`
      "                                                        ours     bare  ratio        aim

      Queue
        no-op jobs a second                                  1,700    2,000   0.85     ≥ 0.95  MISSED
        enqueue to start, p50                               2.0 ms   1.0 ms   0.50     ≥ 0.91  MISSED
        enqueue to start, p99                               8.0 ms   8.0 ms   1.00

      Inference
        requests a second, by one process to 16 callers         70      100   0.70     ≥ 1.50  MISSED
        answer, p99                                         9.0 ms   9.0 ms   1.00
        requests a second, by one process to 64 callers         70      100   0.70     ≥ 1.50  MISSED
        answer, p99                                         9.0 ms   9.0 ms   1.00
        requests a second, by two processes to 64 callers      160      100   1.60     ≥ 1.50     met
        answer, p99                                         9.0 ms   9.0 ms   1.00

      Rollback
        /rollback to first answer, p50                     61.3 ms                  < 1000 ms     met
        /rollback to first answer, max                     1204 ms                  < 1000 ms  MISSED
        failed of 1,234 requests at 200/s                        1                          0  MISSED
        answer meanwhile, p99                               5.0 ms

      Slack
        CPU a slash command, stored                        0.61 ms  0.35 ms  1.74×    ≤ 1.80×     met
        the same at 100/s                                  2.40 ms  0.80 ms  3.00×    ≤ 2.50×  MISSED
        CPU a slash command, answered too                  2.10 ms  0.35 ms  6.00×
        requests a second                                      900    1,800   0.50
        acknowledged at 100/s, p50                          4.0 ms   2.0 ms   0.50
        acknowledged at 100/s, p99                         20.0 ms  25.0 ms   1.25   < 100 ms     met
        acknowledged at 100/s, max                          101 ms  90.0 ms   0.89
        the same while answering, p99                      30.0 ms                   < 100 ms     met
        the same while answering, max                       120 ms"
    `);
  });
});
