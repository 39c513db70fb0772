import { afterAll, describe, expect, it } from 'vitest';
import { NotFound } from '../../src/core/errors.ts';
import type { RunDraft } from '../../src/core/ports/runs.ts';
import { openLibrary } from './server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { clock } = library;
const { runs } = library.registry;

let made = 0;
function draft(given: Partial<RunDraft> = {}): RunDraft {
  made += 1;
  return {
    id: `run-${made}`,
    kind: 'train',
    model: 'flights',
    parameters: { trees: 100, 'learning.rate': 0.1 },
    window: { from: new Date('2001-01-01'), to: new Date('2001-02-01') },
    versions: [],
    requestedBy: 'ada',
    ...given,
  };
}

describe('registry/runs', () => {
  it('keeps a run as it was asked for, and gives the same again for its id', async () => {
    const asked = draft();
    const run = await runs.create(asked);
    expect(run).toEqual({
      ...asked,
      status: 'queued',
      stage: '',
      share: 0,
      attempts: 0,
      createdAt: clock.now(),
    });
    await runs.begin(asked.id);
    expect(await runs.create({ ...asked, requestedBy: 'bob' })).toMatchObject({
      requestedBy: 'ada',
      status: 'running',
    });
  });

  it('counts attempts and keeps the first start', async () => {
    const { id } = await runs.create(draft());
    const start = clock.forward(60);
    expect(await runs.begin(id)).toMatchObject({ status: 'running', attempts: 1, seenAt: start });
    const again = clock.forward(60);
    expect(await runs.begin(id)).toMatchObject({ attempts: 2, startedAt: start, seenAt: again });
  });

  it('ends once, and stays as it ended', async () => {
    const { id } = await runs.create(draft());
    await runs.begin(id);
    await runs.progress(id, 'fitting', 0.4);
    const ends = await Promise.all([
      runs.finish(id, { status: 'succeeded', version: 3, result: { auc: 0.7 } }),
      runs.finish(id, { status: 'failed', error: 'out of memory' }),
      runs.finish(id, { status: 'cancelled' }),
    ]);
    const [end, ...others] = ends.filter((run) => run !== undefined);
    expect(others).toEqual([]);
    await runs.progress(id, 'late', 0.5);
    expect(await runs.begin(id)).toBeUndefined();
    expect(await runs.requestCancel(id, 'bob')).toBeUndefined();
    expect(await runs.get(id)).toEqual(end);
    expect(end?.finishedAt).toEqual(clock.now());
  });

  it('marks a cancellation', async () => {
    const { id } = await runs.create(draft());
    expect(await runs.requestCancel(id, 'bob')).toMatchObject({
      status: 'queued',
      cancelRequestedBy: 'bob',
    });
  });

  it('lists the newest first', async () => {
    const model = 'listed';
    const first = await runs.create(draft({ model }));
    clock.forward(1);
    const second = await runs.create(draft({ model }));
    clock.forward(1);
    const third = await runs.create(draft({ model }));
    await runs.finish(second.id, { status: 'failed', error: 'no rows' });
    const ids = async (filter: Parameters<typeof runs.list>[0]) =>
      (await runs.list(filter)).map(({ id }) => id);
    expect(await ids({ model })).toEqual([third.id, second.id, first.id]);
    expect(await ids({ model, limit: 1 })).toEqual([third.id]);
    expect(await ids({ model, status: 'failed' })).toEqual([second.id]);
  });

  it('finds runs without a sign of life', async () => {
    const model = 'silent';
    const born = await runs.create(draft({ model }));
    const lively = await runs.create(draft({ model }));
    const ended = await runs.create(draft({ model }));
    await runs.begin(lively.id);
    await runs.finish(ended.id, { status: 'cancelled' });
    const before = clock.forward(60);
    clock.forward(60);
    await runs.progress(lively.id, 'fitting', 0.1);
    const silent = (await runs.silentSince(before)).filter((run) => run.model === model);
    expect(silent.map(({ id }) => id)).toEqual([born.id]);
    const later = clock.forward(60);
    const quiet = (await runs.silentSince(later)).filter((run) => run.model === model);
    expect(quiet.map(({ id }) => id).sort()).toEqual([born.id, lively.id].sort());
  });

  it('says that a run is not there', async () => {
    await expect(runs.get('run-none')).rejects.toThrow(NotFound);
    await expect(runs.begin('run-none')).rejects.toThrow('There is no run run-none.');
  });
});
