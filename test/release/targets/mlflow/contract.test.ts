import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type TargetSpec,
  targetDifferences,
  type WantedState,
} from '../../../../src/core/target.ts';
import { targetKindOf } from '../../../../src/release/targets/index.ts';
import { createRunFolders } from '../../../../src/training/folders.ts';
import { createPrograms } from '../../../../src/training/process.ts';
import { createTargets } from '../../../../src/wiring/targets.ts';
import { NO_GATEWAYS, targetContract, WANTED } from '../../../contracts/target.ts';
import { openMlflow } from '../../../fakes/mlflow.ts';
import { SMALL_MODELS } from '../../../jobs/small-models.ts';
import { flights } from '../../../training/spec.ts';
import { registeredOf } from './registered.ts';

const { strong: BYTES } = SMALL_MODELS.binary.files;
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
const TOKEN = 'a token of the tracking server';

const registered = registeredOf(BYTES);

const wanted: WantedState = {
  ...WANTED,
  stable: WANTED.stable && { ...WANTED.stable, artifact: SHA256 },
  challenger: WANTED.challenger && { ...WANTED.challenger, artifact: SHA256 },
};

type Server = Awaited<ReturnType<typeof openMlflow>>;

/** An edit by MLflow's own API: sets the alias to another version, or deletes it. */
async function tamper(server: Server, version: number | null): Promise<void> {
  const call = async (method: string, path: string, body: object) => {
    const answer = await fetch(`${server.url}/api/2.0/mlflow/${path}`, {
      ...{ method, body: JSON.stringify(body) },
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(200);
    return z
      .object({ model_version: z.object({ version: z.string() }).optional() })
      .parse(await answer.json());
  };
  const alias = { name: 'flights', alias: 'production' };
  if (version === null) return void (await call('DELETE', 'registered-models/alias', alias));
  const tags = [{ key: 'wheelhouse.version', value: String(version) }];
  const fields = { name: 'flights', source: 'runs:/r/model', run_id: 'r', tags };
  const { model_version } = await call('POST', 'model-versions/create', fields);
  await call('POST', 'registered-models/alias', { ...alias, version: model_version?.version });
}

targetContract('mlflow', {
  async open() {
    const server = await openMlflow({ token: TOKEN });
    return {
      settings: { url: server.url, token_env: 'MLFLOW_TOKEN' },
      ...{ wanted, reach: { ...NO_GATEWAYS, registered } },
      tamper: (version) => tamper(server, version),
      async obey() {},
      async breakDown() {
        Object.assign(server.state, { down: true, hangs: false });
      },
      close: server.close,
      told: {
        got: async () =>
          structuredClone({ ...server.models.get('flights'), calls: server.state.calls }),
        async hang() {
          server.state.hangs = true;
        },
      },
    };
  },
  environment: { MLFLOW_TOKEN: TOKEN },
});

describe('a registered model of MLflow', () => {
  let server: Server;
  beforeEach(async () => {
    server = await openMlflow();
  });
  afterEach(() => server.close());

  const runFolders = createRunFolders('/nowhere');
  const spec = (settings: object = {}): TargetSpec => ({
    name: 'registry',
    ...targetKindOf('mlflow').schema.parse({ kind: 'mlflow', url: server.url, ...settings }),
  });
  const targets = (reach: object = {}) =>
    createTargets({
      ...{ runFolders, programs: createPrograms(runFolders), ...NO_GATEWAYS, registered },
      ...{ environment: {}, now: () => new Date('2026-11-30T12:00:00Z'), ...reach },
    });
  const { signal } = new AbortController();
  const how = { id: 'apply-1', model: flights, signal };
  const apply = (state: WantedState, settings?: object) =>
    targets().apply(spec(settings), state, how);
  const versions = () => server.models.get('flights')?.versions ?? [];
  const aliases = () => Object.fromEntries(server.models.get('flights')?.aliases ?? []);

  it('has each version with its run, figures and files, and aliases for what is live', async () => {
    await apply(wanted);
    expect(versions()).toMatchObject(
      [
        {
          ...{ version: '1', source: `runs:/${server.runs[0]?.run_id}/model` },
          tags: {
            ...{ 'wheelhouse.version': '1', 'wheelhouse.run': 'run-1' },
            ...{ 'wheelhouse.artifact': SHA256, 'wheelhouse.live': 'production' },
          },
        },
        { version: '2', tags: { 'wheelhouse.version': '2', 'wheelhouse.live': '' } },
      ].map(({ tags, ...rest }) => ({ ...rest, tags: expect.objectContaining(dropEmpty(tags)) })),
    );
    expect(aliases()).toEqual({ production: '1', 'production-challenger': '2' });
    expect(server.runs[0]).toMatchObject({
      ...{ status: 'FINISHED', params: { trees: '50' } },
      metrics: { 'reported.train_auc': 0.71, 'reported.odd _name_': 1 },
      tags: { 'wheelhouse.data.sha256': 'd'.repeat(64), 'mlflow.source.git.commit': 'c0ffee' },
    });
    const folder = `1/${server.runs[0]?.run_id}/artifacts/model`;
    expect([...server.files.keys()]).toContain(`${folder}/MLmodel`);
    expect(server.files.get(`${folder}/model.onnx`)?.equals(BYTES)).toBe(true);
  });

  it('follows a promotion and a rollback, and creates no version twice', async () => {
    await apply(wanted);
    const second = wanted.challenger;
    await apply({ ...wanted, stable: second, challenger: null });
    expect(aliases()).toEqual({ production: '2' });
    expect(versions().map(({ tags }) => tags['wheelhouse.live'])).toEqual(['', 'production']);
    await apply({ ...wanted, challenger: null });
    expect(aliases()).toEqual({ production: '1' });
    expect(versions().map(({ tags }) => tags['wheelhouse.live'])).toEqual(['production', '']);
    expect([versions().length, server.runs.length]).toEqual([2, 2]);
  });

  it('has one alias for each environment, and names that MLflow keeps for itself are changed', async () => {
    await apply({ ...wanted, challenger: null });
    await apply({ ...wanted, environment: 'v2', challenger: null });
    expect(aliases()).toEqual({ production: '1', 'env-v2': '1' });
    expect(versions()[0]?.tags['wheelhouse.live']).toBe('production, v2');
    await targets().remove(spec(), { ...wanted, stable: null, challenger: null }, how);
    expect(aliases()).toEqual({ 'env-v2': '1' });
    expect(versions()[0]?.tags['wheelhouse.live']).toBe('v2');
  });

  it('uses what an attempt left behind that died at any call', async () => {
    await apply(wanted);
    const whole = server.state.calls;
    for (let dies = 1; dies < whole; dies += 1) {
      await server.close();
      server = await openMlflow();
      let calls = 0;
      const { fetch: real } = globalThis;
      const dying: typeof fetch = async (...given) => {
        calls += 1;
        if (calls > dies) throw new Error('the worker was killed');
        return real(...given);
      };
      await expect(withFetch(dying, () => apply(wanted))).rejects.toThrow('the worker was killed');
      await apply(wanted);
      expect(aliases(), `after ${dies} calls`).toEqual({
        production: '1',
        'production-challenger': '2',
      });
      expect([versions().length, server.runs.length]).toEqual([2, 2]);
      for (const run of server.runs)
        expect(run).toMatchObject({ status: 'FINISHED', metrics: { 'reported.train_auc': 0.71 } });
    }
  });

  it('removes the twin of a version that died between the two, and nothing of others', async () => {
    await apply(wanted);
    const [first] = versions();
    const [run] = server.runs;
    if (!first || !run) throw new Error('it has a version and its run');
    const twin = 'f'.repeat(32);
    server.runs.push({ ...run, run_id: twin });
    versions().push(
      { ...first, version: '7', run_id: twin, source: `runs:/${twin}/model` },
      // Copied in MLflow, which copies the tags; and one that somebody uses.
      { ...first, version: '8', source: 'models:/flights/1' },
      { ...first, version: '9' },
    );
    server.models.get('flights')?.aliases.set('theirs', '9');
    await apply(wanted);
    expect(versions().map(({ version }) => version)).toEqual(['1', '2', '8', '9']);
    expect(server.runs.map(({ run_id }) => run_id)).not.toContain(twin);
    expect(server.runs).toHaveLength(2);
    expect(aliases()).toMatchObject({ production: '1', theirs: '9' });
  });

  it('registers again what a repair restores, once', async () => {
    await apply(wanted);
    for (const _ of [1, 2]) await targets().apply(spec(), wanted, { ...how, restores: [1, 5] });
    const numbers = versions().map(({ tags }) => tags['wheelhouse.version']);
    expect(numbers).toEqual(['1', '2', '5']);
    expect(aliases()).toEqual({ production: '1', 'production-challenger': '2' });
    const seen = await targets().observe(spec(), wanted, how);
    expect(seen?.registered).toEqual([1, 2, 5]);
  });

  it('sends nothing if the registered file is not the approved one', async () => {
    await expect(apply(WANTED)).rejects.toThrow('v1 has another model file than was approved');
    expect([server.models.size, server.runs.length]).toEqual([0, 0]);
  });

  it('is seen to have a version that did not come from here', async () => {
    await apply(wanted);
    const made = { version: '3', source: 's', run_id: 'r', tags: {} };
    versions().push(made);
    server.models.get('flights')?.aliases.set('production', '3');
    const seen = await targets().observe(spec(), wanted, how);
    expect(seen && targetDifferences(wanted, seen)).toEqual([
      { what: 'version', wanted: 'v1', observed: 'version 3 of MLflow' },
    ]);
  });

  it('is seen to have lost a version that somebody deleted', async () => {
    await apply(wanted);
    await fetch(`${server.url}/api/2.0/mlflow/model-versions/delete`, {
      ...{ method: 'DELETE', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify({ name: 'flights', version: '1' }),
    });
    const seen = await targets().observe(spec(), wanted, how);
    expect(seen).toMatchObject({ stable: null });
  });

  it('is seen to have lost a version, its alias and its mark, and a repair brings them back', async () => {
    await apply(wanted);
    server.models.get('flights')?.versions.splice(0, 1);
    server.models.get('flights')?.aliases.delete('production');
    const seen = await targets().observe(spec(), wanted, how);
    expect(seen && targetDifferences(wanted, seen)).toEqual([
      { what: 'version', wanted: 'v1', observed: undefined },
      { what: 'registered', wanted: 'v1', observed: undefined },
      { what: 'marked', wanted: 'v1', observed: undefined },
    ]);
    await apply(wanted);
    const again = await targets().observe(spec(), wanted, how);
    expect(again && targetDifferences(wanted, again)).toEqual([]);
  });

  it('is seen to have another tag, with what is known of who changed it', async () => {
    await apply(wanted);
    const [first, second] = versions();
    if (!first || !second) throw new Error('it has two versions');
    [first.tags['wheelhouse.live'], second.tags['wheelhouse.live']] = ['', 'production, staging'];
    const seen = await targets().observe(spec(), wanted, how);
    expect(seen && targetDifferences(wanted, seen)).toEqual([
      { what: 'marked', wanted: 'v1', observed: 'v2' },
    ]);
    expect(seen?.known).toBe('MLflow does not record who.');
    await apply(wanted);
    expect(second.tags['wheelhouse.live']).toBe('staging');

    // A version of somebody else: who made it is known.
    const [run] = server.runs;
    if (run) run.tags['mlflow.user'] = 'ada';
    const made = { version: '9', source: 's', run_id: run?.run_id ?? '', tags: {} };
    versions().push(made);
    server.models.get('flights')?.aliases.set('production', '9');
    const other = await targets().observe(spec(), wanted, how);
    expect(other?.known).toBe('MLflow does not record who. Its version 9 was made by ada.');
  });

  it('takes the tag from the one that was live, however many there are', async () => {
    await apply({ ...wanted, challenger: null });
    const many = Array.from({ length: 250 }, (_, n) => ({
      ...{ version: String(n + 2), source: 's', run_id: 'r' },
      tags: { 'wheelhouse.version': String(n + 100) },
    }));
    versions().unshift(...many);
    await apply({ ...wanted, stable: wanted.challenger, challenger: null });
    expect(versions().filter(({ tags }) => tags['wheelhouse.live'])).toHaveLength(1);
  });

  it('is registered under another name and experiment, if they are set', async () => {
    await apply(wanted, { registered_model: 'ml.flights-eu'.replace('.', '_'), experiment: 'eu' });
    expect([...server.models.keys()]).toEqual(['ml_flights-eu']);
    for (const bad of ['a/b', 'a:b', 'a"b', "a'b", ''])
      expect(() => spec({ registered_model: bad })).toThrow('characters');
  });
});

function dropEmpty(tags: Record<string, string | undefined>) {
  return Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== ''));
}

/** The targets use this process's network. */
async function withFetch<Value>(other: typeof fetch, work: () => Promise<Value>): Promise<Value> {
  const real = globalThis.fetch;
  globalThis.fetch = other;
  try {
    return await work();
  } finally {
    globalThis.fetch = real;
  }
}
