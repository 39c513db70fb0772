import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { modelsOf } from '../../config/models.ts';
import { compare } from '../../jobs/compare.ts';
import { evaluate } from '../../jobs/evaluate.ts';
import { notify } from '../../jobs/notify.ts';
import { followRun } from '../../jobs/steps/follow-run.ts';
import { tidy } from '../../jobs/tidy.ts';
import { train } from '../../jobs/train.ts';
import { createCourier } from '../../src/outbox/courier.ts';
import { noCharts } from '../fakes/charts.ts';
import { createAdapter, state } from '../outbox/adapters.ts';
import { everyWrite } from '../sweep.ts';
import { until } from '../training/runner.ts';
import { dieAt, openHarness } from './harness.ts';

const harness = await openHarness();
afterAll(() => harness.end());
const { runs, clock } = harness;
const FEBRUARY = { from: new Date('2001-02-01'), to: new Date('2001-02-15') };

beforeAll(async () => {
  for (const quality of ['strong', 'weak', 'twin']) {
    const run = await harness.newRun({ parameters: { quality } });
    for (const job of [train, evaluate])
      expect(await harness.perform(job, { run: run.id })).toBeUndefined();
  }
});

const meeting = (champion: number, challenger: number) =>
  harness.newRun({
    kind: 'compare',
    parameters: {},
    window: FEBRUARY,
    versions: [champion, challenger],
  });

describe('jobs/compare', () => {
  it.each([
    [2, 1, 'better than', 'success', true],
    [1, 2, 'worse than', 'warning', false],
    [1, 3, 'not worse than', 'success', true],
  ])(
    'compares v%i with v%i: %s',
    async (champion, challenger, words, tone, promotable) => {
      const run = await meeting(champion, challenger);
      expect(await harness.perform(compare, { run: run.id })).toBeUndefined();
      expect(await runs.get(run.id)).toMatchObject({ status: 'succeeded', share: 1 });
      const card = await harness.shown(`run:${run.id}`);
      expect(card).toMatchObject({
        title: `flights v${challenger} is ${words} v${champion}`,
        tone,
        pictures: [{ width: expect.any(Number) }],
      });
      // Seven metrics, then size and latency.
      expect(card?.table?.rows).toHaveLength(9);
      expect(card?.table?.rows.slice(-2)).toEqual([
        ['Model file', ...Array(2).fill(expect.stringMatching(/^\d+ (bytes|kB)$/)), '–', '–', '–'],
        ['p99 of a row', ...Array(2).fill(expect.stringMatching(/ ms$/)), '–', '–', '–'],
      ]);
      const names = [`v${champion} (baseline)`, `v${challenger} (challenger)`];
      expect(card?.table?.columns.slice(1, 3)).toEqual(names);
      expect(card?.text).toContain(
        `Neither is live. v${challenger} was named first, so it is judged as the challenger; v${champion} was named second`,
      );
      expect(card?.actions?.map(({ command }) => command)).toEqual(promotable ? ['promote'] : []);
      expect(JSON.stringify(card)).not.toMatch(/undefined|NaN|\[object/);
    },
    120_000,
  );

  it('compares several challengers with one champion, the best first', async () => {
    const run = await harness.newRun({
      ...{ kind: 'compare', parameters: {}, window: FEBRUARY, versions: [2, 3, 1] },
    });
    expect(await harness.perform(compare, { run: run.id })).toBeUndefined();
    const card = await harness.shown(`run:${run.id}`);
    expect(card).toMatchObject({
      title: 'flights v2 against v3 and v1: v3 is better',
      tone: 'success',
      text: expect.stringContaining('Compared with v2, v3 and v1: better.'),
      pictures: [{ alt: expect.stringContaining('AUC') }],
    });
    expect(card?.table?.columns[4]).toBe('97.5% interval');
    expect(card?.table?.rows.map(([version]) => version)).toEqual(['v2 (baseline)', 'v3', 'v1']);
    for (const row of card?.table?.rows ?? []) {
      expect(row).toHaveLength(9);
      expect(row.slice(-2)).toEqual([
        expect.stringMatching(/kB|bytes/),
        expect.stringMatching(/ms$/),
      ]);
    }
    expect(card?.actions?.map(({ argument }) => argument)).toEqual(['flights 3', 'flights 1']);
    expect(JSON.stringify(card)).not.toMatch(/undefined|NaN|\[object/);
    // After a crash before it was shown.
    await harness.perform(compare, { run: run.id });
    expect((await harness.shown(`run:${run.id}`))?.title).toBe(card?.title);
  });

  it('uses the first days after both trainings where the newest ones have no rows, and says so', async () => {
    // As with predictions that have no times: they count as today's, and the data ends years before.
    const window = { from: new Date('2026-11-16'), to: new Date('2026-11-30') };
    const programs = { ...harness.spec.programs, dataset: ['node', 'dataset.mjs'] as const };
    const models = modelsOf([{ ...harness.spec, programs }]);
    const kind = 'compare' as const;
    const asked = { kind, parameters: {}, window, versions: [2, 1] };
    const run = await harness.newRun({ ...asked, newest: true });
    expect(await harness.perform(compare, { run: run.id }, { models })).toBeUndefined();
    const card = await harness.shown(`run:${run.id}`);
    expect(card?.title).toBe('flights v1 is better than v2');
    expect(card?.text).toMatch(
      /rows of 1 Feb 2001 to 14 Feb 2001, .*The newest days, 16 Nov 2026 to 29 Nov 2026, could not be used \(flights has no rows from/,
    );
    expect(card?.facts).toContainEqual({ label: 'Data', value: '1 Feb 2001 to 14 Feb 2001' });

    // A run that a person started is never replaced.
    const chosen = await harness.newRun(asked);
    const error = await harness.perform(compare, { run: chosen.id }, { models });
    expect(String(error)).toContain('flights has no rows from 2026-11-16 to 2026-11-30.');
  });

  it('reports why it failed', async () => {
    const run = await meeting(1, 99);
    await harness.perform(compare, { run: run.id });
    expect(await harness.shown(`run:${run.id}`)).toMatchObject({
      title: 'Comparing flights v99 against v1 failed',
      text: expect.stringContaining('flights has no version 99.'),
    });
  });

  it('shows its result without a picture if none can be drawn', async () => {
    const run = await meeting(2, 1);
    expect(await harness.perform(compare, { run: run.id }, { charts: noCharts })).toBeUndefined();
    expect(await harness.shown(`run:${run.id}`)).toMatchObject({
      title: 'flights v1 is better than v2',
      pictures: [],
    });
  });

  it('shows its complete result after a crash at any write', async () => {
    for (const at of everyWrite()) {
      const run = await meeting(2, 1);
      const died = await dieAt(harness, compare, { run: run.id }, at);
      expect(await harness.perform(compare, { run: run.id })).toBeUndefined();
      const card = await harness.shown(`run:${run.id}`);
      expect(card).toMatchObject({ title: 'flights v1 is better than v2', tone: 'success' });
      expect(card?.table?.rows).toHaveLength(9);
      expect(card?.pictures).toHaveLength(1);
      if (died) continue;
      expect(at).toBeGreaterThan(3);
      break;
    }
  });
});

describe('jobs/tidy and runs', () => {
  it('queues silent runs, each kind as its own job', async () => {
    const training = await harness.newRun();
    const comparison = await meeting(1, 2);
    await harness.perform(tidy, { tick: 'x' });
    const mine = () =>
      harness.queued.filter(({ payload }) =>
        [training.id, comparison.id].some((id) => JSON.stringify(payload).includes(id)),
      );
    expect(mine()).toEqual([]);
    clock.forward(61);
    await runs.begin(comparison.id);
    await harness.perform(tidy, { tick: 'y' });
    expect(mine()).toEqual([{ name: 'train', payload: { run: training.id } }]);
    clock.forward(61);
    await runs.progress(training.id, 'on its way', 0.1);
    harness.queued.length = 0;
    await harness.perform(tidy, { tick: 'z' });
    expect(mine()).toEqual([{ name: 'compare', payload: { run: comparison.id } }]);
    for (const { id } of [training, comparison]) await runs.finish(id, { status: 'cancelled' });
  });

  it('fails a run whose workers die repeatedly', async () => {
    const run = await harness.newRun();
    for (let n = 0; n < 4; n += 1) await runs.begin(run.id);
    clock.forward(61);
    await harness.perform(tidy, { tick: 'x' });
    expect(await runs.get(run.id)).toMatchObject({ status: 'failed', attempts: 4 });
    expect((await harness.shown(`run:${run.id}`))?.text).toBe(
      'The worker died 4 times in the middle of it.',
    );
  });
});

describe('jobs/steps/follow-run', () => {
  it('sends signs of life while the work is silent', async () => {
    const run = await runs.begin((await harness.newRun()).id);
    if (!run) throw new Error('the run is new');
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      let finish = () => {};
      const work = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const followed = followRun(run, harness, () => work);
      const moved = clock.forward(45);
      vi.advanceTimersByTime(20_000);
      await until('it gave one', async () => {
        const { seenAt } = await runs.get(run.id);
        return seenAt?.getTime() === moved.getTime();
      });
      finish();
      await followed;
      clock.forward(45);
      vi.advanceTimersByTime(60_000);
      expect((await runs.get(run.id)).seenAt).toEqual(moved);
    } finally {
      vi.useRealTimers();
    }
    await runs.finish(run.id, { status: 'cancelled' });
  });

  it('has reported everything when the work is over, and passes on its error', async () => {
    const run = await harness.newRun();
    await expect(
      followRun(run, harness, async (follow) => {
        void follow.say('half way', 0.5);
        throw new Error('it broke');
      }),
    ).rejects.toThrow('it broke');
    expect(await runs.get(run.id)).toMatchObject({ stage: 'half way', share: 0.5 });
    expect((await harness.shown(`run:${run.id}`))?.progress).toEqual({
      share: 0.5,
      words: 'half way',
    });
  });

  it('continues if the message cannot be stored', async () => {
    const run = await harness.newRun();
    const replies = { ...harness.replies, show: () => Promise.reject(new Error('no registry')) };
    const work = followRun(run, { runs, replies }, async (follow) => {
      await follow.say('half way', 0.5);
      return 'done';
    });
    expect(await work).toBe('done');
  });
});

describe('jobs/notify', () => {
  it('delivers the newest state', async () => {
    const adapter = createAdapter('web');
    const courier = createCourier({
      outbox: harness.outbox,
      platforms: [adapter.platform],
      wake: async () => {},
      log: { info: () => {}, warn: () => {}, error: () => {} },
    });
    await harness.replies.open('run:told', { platform: 'web', channel: 'c' }, state('one'));
    await harness.replies.show('run:told', state('two'));
    expect(await harness.perform(notify, { subject: 'run:told' }, { courier })).toBeUndefined();
    expect(adapter.messages).toMatchObject([{ titles: ['two'] }]);
    const world = harness.worldWith({ courier });
    const signal = new AbortController().signal;
    expect(() => notify.perform({ subject: 'nonsense' }, world, signal)).toThrow(/subject/);
  });
});
