import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inWords, NotFound } from '../../src/core/errors.ts';
import type { Evaluation, VersionDraft } from '../../src/core/ports/versions.ts';
import { versionsIn } from '../../src/registry/versions.ts';
import { onlyFlights, openLibrary } from './server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { clock } = library;
const { deployments, versions } = library.registry;

const window = { from: new Date('2001-01-01'), to: new Date('2001-02-01') };

function draft(run: string, model = 'flights'): VersionDraft {
  return {
    model,
    run,
    artifact: { sha256: 'a'.repeat(64), bytes: 1234 },
    dataset: { window, sha256: 'd'.repeat(64), rows: 40_000 },
    parameters: { trees: 100, fast: true },
    code: { revision: 'abc123', dirty: false },
    runtime: { node: '20.20.0' },
    reported: { auc: 0.7, 'auc.train': 0.75 },
    createdBy: 'ada',
  };
}

const words = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing thrown',
    (error: unknown) => inWords(error),
  );

describe('registry/versions', () => {
  it('finds a version by its number, also of a model that the workspace no longer has', async () => {
    await versions.register(draft('run-retired', 'retired'));
    expect(await versions.numbered('retired', 1)).toMatchObject({ id: 'retired@1' });
    expect(await words(versions.numbered('retired', 2))).toBe(
      'retired has no version 2. The newest is 1.',
    );
  });

  it('numbers versions one after the other', async () => {
    expect(await words(versions.resolve('flights', 'latest'))).toBe(
      'flights has no versions yet. Train one first.',
    );
    const first = await versions.register(draft('run-1'));
    expect(first).toEqual({
      ...draft('run-1'),
      id: 'flights@1',
      number: 1,
      createdAt: clock.now(),
    });
    expect(await versions.register(draft('run-2'))).toMatchObject({ id: 'flights@2', number: 2 });
    expect(await versions.register(draft('other-1', 'delays'))).toMatchObject({ id: 'delays@1' });
    expect((await versions.list('flights')).map(({ number }) => number)).toEqual([2, 1]);
    expect((await versions.list('flights', 1)).map(({ number }) => number)).toEqual([2]);
  });

  it('makes one version of one run, however often and at once it is registered', async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, () => versions.register(draft('run-x', 'raced'))),
    );
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(await versions.list('raced')).toEqual([all[0]]);
  });

  it('gives concurrent runs different numbers', async () => {
    const runs = Array.from({ length: 12 }, (_, n) => `run-many-${n}`);
    const all = await Promise.all(runs.map((run) => versions.register(draft(run, 'many'))));
    expect(new Set(all.map(({ number }) => number)).size).toBe(12);
    expect(all.map(({ run }) => run)).toEqual(runs);
  });

  describe('resolve', () => {
    beforeAll(async () => {
      await versions.register(draft('run-3'));
    });

    it.each(['2', 'v2', 'V2', 'flights@2', 'flights@v2', ' 2 '])('understands %j', async (word) => {
      expect(await versions.resolve('flights', word)).toMatchObject({ id: 'flights@2' });
    });

    it('understands latest', async () => {
      expect(await versions.resolve('flights', 'latest')).toMatchObject({ id: 'flights@3' });
    });

    it('understands champion as what is live in the environment in question', async () => {
      expect(await words(versions.resolve('flights', 'champion', 'live'))).toMatch(
        /^flights has no champion in live, because no version is live there\./,
      );
      await deployments.deploy({
        id: 'deployment-1',
        model: 'flights',
        version: 1,
        environment: 'live',
        artifact: 'a'.repeat(64),
        by: 'ada',
        reason: 'first',
        approval: 'approval-1',
      });
      const one = { id: 'flights@1' };
      expect(await versions.resolve('flights', 'champion', 'live')).toMatchObject(one);
      expect(await versions.resolve('flights', 'champion@live', 'staging')).toMatchObject(one);
      const other = versions.resolve('flights', 'champion@staging', 'live');
      expect(await words(other)).toMatch(/^flights has no champion in staging, /);
      expect(await words(versions.resolve('flights', 'champion'))).toContain(
        'champion@ENVIRONMENT',
      );
    });

    it('lists existing versions if one is missing', async () => {
      const nine = versions.resolve('flights', '9');
      await expect(nine).rejects.toThrow(NotFound);
      expect(await words(nine)).toBe('flights has no version 9. The newest is 3.');
      expect(await words(versions.resolve('flights', 'delays@1'))).toBe(
        'flights has no version "delays@1". Use 2, v2, flights@2, latest, champion or champion@ENVIRONMENT.',
      );
      expect(await words(versions.resolve('fligths', '1'))).toBe('There is no model fligths.');
    });
  });

  it('keeps evaluations, and gives the newest', async () => {
    const evaluation: Evaluation = {
      version: 'flights@1',
      dataset: { window, sha256: 'e'.repeat(64), rows: 20_000 },
      metrics: { auc: 0.695, 'recall@0.5': 0.3 },
      reference: 'f'.repeat(64),
      at: clock.now(),
    };
    expect(await versions.evaluation('flights@1')).toBeUndefined();
    await versions.addEvaluation(evaluation);
    await versions.addEvaluation(evaluation);
    expect(await versions.evaluation('flights@1')).toEqual(evaluation);
    const newer = { ...evaluation, metrics: { auc: 0.7 }, at: clock.forward(60) };
    await versions.addEvaluation(newer);
    expect(await versions.evaluation('flights@1')).toEqual(newer);
  });

  it('does not allow changes of a version or its evaluation', async () => {
    const connection = await library.connect();
    versionsIn(connection, clock, onlyFlights, deployments);
    const [version, evaluation] = [connection.model('Version'), connection.model('Evaluation')];
    const refusal = 'is written once';
    for (const model of [version, evaluation]) {
      await expect(model.updateOne({}, { createdBy: 'eve' })).rejects.toThrow(refusal);
      await expect(model.updateMany({}, { createdBy: 'eve' })).rejects.toThrow(refusal);
      await expect(model.findOneAndUpdate({}, { createdBy: 'eve' })).rejects.toThrow(refusal);
      await expect(model.replaceOne({}, {})).rejects.toThrow(refusal);
      await expect(model.deleteOne({})).rejects.toThrow(refusal);
      await expect(model.deleteMany({})).rejects.toThrow(refusal);
      await expect(model.bulkWrite([{ deleteMany: { filter: {} } }])).rejects.toThrow(refusal);
      const document = await model.findOne();
      document?.set('version', 'flights@9', { strict: false });
      document?.set('createdBy', 'eve', { strict: false });
      await expect(document?.save()).rejects.toThrow(refusal);
      await expect(document?.deleteOne()).rejects.toThrow(refusal);
    }
  });
});
