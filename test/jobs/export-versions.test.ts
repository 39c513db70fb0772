import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportVersions } from '../../jobs/export-versions.ts';
import { createTracking } from '../../src/wiring/tracking.ts';
import { openMlflow } from '../fakes/mlflow.ts';
import { createWorld } from '../fakes/world.ts';
import { onlyFlights, openLibrary } from '../registry/server.ts';

const BYTES = Buffer.from('a model file');
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
const TOKEN = 'a token of the tracking server';

let library: Awaited<ReturnType<typeof openLibrary>>;
let server: Awaited<ReturnType<typeof openMlflow>>;
beforeEach(async () => {
  [library, server] = [await openLibrary(), await openMlflow({ token: TOKEN })];
});
afterEach(async () => {
  await Promise.all([library.close(), server.close()]);
});

/** Registers and records a version, as a training does. Its run stays open unless `ended`. */
async function register(run: string, { evaluated = true, ended = true } = {}) {
  const { registry, clock } = library;
  const window = { from: new Date('2001-01-01'), to: new Date('2001-02-01') };
  await registry.runs.create({
    ...{ id: run, kind: 'train', model: 'flights', parameters: {}, window, versions: [] },
    requestedBy: 'dev',
  });
  const dataset = { window, sha256: 'd'.repeat(64), rows: 10 };
  const version = await registry.versions.register({
    ...{ model: 'flights', run, dataset, parameters: { trees: 100 }, reported: {} },
    artifact: { sha256: SHA256, bytes: BYTES.length },
    ...{ code: { revision: 'abc', dirty: false }, runtime: {}, createdBy: 'dev' },
  });
  await registry.audit.append({
    ...{ id: `version-${version.id}`, by: 'dev', action: 'version.register' },
    ...{ subject: version.id, model: 'flights', via: 'queue' },
  });
  if (evaluated)
    await registry.versions.addEvaluation({
      ...{ version: version.id, dataset, metrics: { auc: 0.7 } },
      ...{ reference: 'r'.repeat(64), at: clock.now() },
    });
  if (ended) await registry.runs.finish(run, { status: 'succeeded', version: version.number });
  return version;
}

/** One call of the job, and the failure that it reported. */
async function round(change: { url?: string; exports?: boolean } = {}): Promise<string> {
  const spec = { url: server.url, tokenVariable: 'MLFLOW_TOKEN', exports: true, ...change };
  const { audit, exports, runs, versions } = library.registry;
  const world = Object.defineProperties(
    createWorld(),
    Object.getOwnPropertyDescriptors({
      ...{ audit, exports, runs, versions, clock: library.clock },
      tracking: createTracking(spec, { MLFLOW_TOKEN: TOKEN }),
      models: { ...onlyFlights, list: () => [onlyFlights.get('flights')] },
      artifacts: { read: async () => BYTES },
    }),
  );
  return exportVersions.perform({}, world, new AbortController().signal).then(
    () => 'done',
    (error: Error) => error.message,
  );
}
const there = () =>
  (server.models.get('flights')?.versions ?? []).map(({ tags }) => tags['wheelhouse.version']);

describe('jobs/export-versions', () => {
  it('has versions appear that are not live, with their runs, figures and files', async () => {
    await register('run-1');
    await round();
    await register('run-2');
    for (const _ of [1, 2]) await round();
    expect(there()).toEqual(['1', '2']);
    expect(server.models.get('flights')?.aliases.size).toBe(0);
    expect(server.runs).toMatchObject(
      ['run-1', 'run-2'].map((run) => ({
        ...{ status: 'FINISHED', params: { trees: '100' }, metrics: { auc: 0.7 } },
        tags: { 'wheelhouse.run': run },
      })),
    );
    const folder = `1/${server.runs[1]?.run_id}/artifacts/model`;
    expect(server.files.get(`${folder}/model.onnx`)?.equals(BYTES)).toBe(true);
    expect([...server.files.keys()]).toContain(`${folder}/MLmodel`);
  });

  it('waits for the evaluation of one without keeping the others waiting', async () => {
    await round();
    await register('run-1', { evaluated: false, ended: false });
    await register('run-2');
    await round();
    expect(there()).toEqual(['2']);
    // Its evaluation failed; it is exported all the same.
    await library.registry.runs.finish('run-1', { status: 'failed', error: 'no rows' });
    library.clock.forward(20);
    await round();
    expect(there()).toEqual(['2', '1']);
    expect(server.runs[1]?.metrics).toEqual({});
  });

  it('loses nothing while the server is down or refuses', async () => {
    await round();
    server.state.down = true;
    for (let each = 0; each < 3; each += 1) await register(`run-${each}`);
    const { calls } = server.state;
    expect(await round({ url: 'http://127.0.0.1:9' })).toMatch(/does not answer/);
    library.clock.forward(3600);
    expect(await round()).toMatch(/no database/);
    expect(server.state.calls - calls).toBe(3);
    server.state.down = false;
    for (let each = 0; each < 3; each += 1) {
      library.clock.forward(1000);
      await round();
    }
    expect(there().toSorted()).toEqual(['1', '2', '3']);
    expect(server.runs).toHaveLength(3);
  });

  it('takes no more than the newest 50 of a model that were there before it', async () => {
    await Promise.all(Array.from({ length: 52 }, (_, each) => register(`run-${each}`)));
    for (let each = 0; each < 4; each += 1) await round();
    expect(there()).toHaveLength(50);
    for (const oldest of ['1', '2']) expect(there()).not.toContain(oldest);
    await register('run-52');
    await round();
    expect(there()).toHaveLength(51);
  });

  it('creates no version twice when two export it at once', async () => {
    for (let each = 0; each < 3; each += 1) await register(`run-${each}`);
    await Promise.all([round(), round(), round()]);
    await round();
    expect(there().toSorted()).toEqual(['1', '2', '3']);
    const known = server.runs.map(({ run_id }) => run_id);
    for (const { run_id } of server.models.get('flights')?.versions ?? [])
      expect(known).toContain(run_id);
  });

  it('exports nothing if the file says so', async () => {
    await register('run-1');
    await round({ exports: false });
    expect(server.state.calls).toBe(0);
  });
});
