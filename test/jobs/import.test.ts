import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from '../../jobs/evaluate.ts';
import { train } from '../../jobs/train.ts';
import type { Run } from '../../src/core/ports/runs.ts';
import { createTracking } from '../../src/wiring/tracking.ts';
import { openMlflow } from '../fakes/mlflow.ts';
import { outside } from '../onnx/places.ts';
import { encode } from '../onnx/proto.ts';
import { openHarness } from './harness.ts';
import { SMALL_MODELS } from './small-models.ts';

const { strong: STRONG, weak: WEAK } = SMALL_MODELS.binary.files;
const VALUES = Buffer.alloc(8, 1);

const harness = await openHarness();
const server = await openMlflow();
const { runs, versions, audit } = harness;
const tracking = createTracking({ url: server.url, tokenVariable: undefined, exports: false }, {});
afterAll(() => Promise.all([harness.end(), server.close()]));

/** What `mlflow.onnx.log_model` leaves: a model of its own, whose files are under its number. */
function logged(files: Record<string, Uint8Array | string>, tags: Record<string, string> = {}) {
  const versionsThere = server.models.get('delays')?.versions ?? [];
  const number = versionsThere.length + 1;
  const folder = `1/models/m-${number}/artifacts`;
  for (const [name, bytes] of Object.entries(files))
    server.files.set(`${folder}/${name}`, Buffer.from(bytes));
  const version = { version: String(number), source: `mlflow-artifacts:/${folder}` };
  versionsThere.push({ ...version, run_id: 'a1', user_id: '', tags });
  return `delays/${number}`;
}
const MLMODEL = 'flavors:\n  onnx:\n    data: model.onnx\n    onnx_version: 1.23.2\n';

async function newImport(reference: string): Promise<Run> {
  const { window } = harness.spec.training;
  return runs.create({
    ...{ id: `run-${Math.random().toString(36).slice(2)}`, kind: 'train', model: 'flights' },
    ...{ parameters: {}, window, versions: [], requestedBy: 'dev' },
    imports: { from: 'mlflow', reference },
  });
}

/** Runs the import, and its evaluation if one is queued. */
async function importing(reference: string): Promise<Run> {
  const run = await newImport(reference);
  const before = harness.queued.length;
  await harness.perform(train, { run: run.id }, { tracking });
  if (harness.queued.slice(before).some(({ name }) => name === 'evaluate'))
    await harness.perform(evaluate, { run: run.id });
  return runs.get(run.id);
}

beforeAll(() => {
  server.models.set('delays', { versions: [], aliases: new Map() });
  server.runs.push({
    ...{ run_id: 'a1', experiment_id: '1', status: 'FINISHED' },
    tags: { 'mlflow.user': 'ada\nlovelace', 'mlflow.source.git.commit': 'c0ffee' },
    ...{ metrics: { auc: 0.71 }, params: { trees: '50' } },
    inputs: {
      dataset_inputs: [
        { dataset: { name: 'may', digest: 'd1', source_type: 's3', source: 's3://data/may' } },
      ],
    },
  });
});

describe('jobs/train with a model of MLflow', () => {
  it('registers it with its lineage, and evaluates it like any other', async () => {
    const reference = logged({ MLmodel: MLMODEL, 'model.onnx': STRONG });
    server.models.get('delays')?.aliases.set('best', '1');
    const run = await importing('models:/delays@best');
    expect(run).toMatchObject({ status: 'succeeded', version: 1 });
    const version = await versions.resolve('flights', 'latest');
    expect(version).toMatchObject({
      ...{ parameters: {}, reported: {}, code: { revision: 'c0ffee', dirty: true } },
      imported: {
        ...{ name: 'delays', version: '1', run: 'a1', user: 'ada lovelace', commit: 'c0ffee' },
        parameters: [{ name: 'trees', value: '50' }],
        metrics: [{ name: 'auc', value: 0.71 }],
        data: [{ name: 'may', digest: 'd1', source: 's3 s3://data/may' }],
      },
    });
    expect((await versions.evaluation(version.id))?.metrics['auc']).toBeGreaterThan(0.5);
    const stored = await harness.artifacts.read(version.artifact.sha256);
    expect(Buffer.from(stored).equals(STRONG)).toBe(true);
    const [event] = await audit.list({ action: 'version.register' });
    expect(event?.after).toMatchObject({ imported: expect.stringContaining('delays/1 of') });
    const card = await harness.shown(`run:${run.id}`);
    expect(card?.title).toBe('flights v1 is imported');
    expect(card?.text).toContain('MLflow does not record on which days it was trained');

    // The same version again, under whatever name.
    expect(await importing(reference)).toMatchObject({ status: 'succeeded', version: 1 });
    const both = await Promise.all([importing(reference), importing('delays@best')]);
    expect(both.map(({ version: number }) => number)).toEqual([1, 1]);
    expect(await versions.list('flights')).toHaveLength(1);
  });

  it('registers one version where two import it at once for the first time', async () => {
    const reference = logged({ MLmodel: MLMODEL, 'model.onnx': WEAK });
    const both = await Promise.all([importing(reference), importing(reference)]);
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set(['succeeded']));
    expect(new Set(both.map(({ version }) => version)).size).toBe(1);
    expect(await versions.list('flights')).toHaveLength(2);
  });

  it('makes one file of values that are in others', async () => {
    const location = '5f2c.data';
    const initializer = [
      { ...outside, name: 'more', external_data: [{ key: 'location', value: location }] },
    ];
    const split = Buffer.concat([STRONG, encode({ graph: { initializer } })]);
    const run = await importing(
      logged({ MLmodel: MLMODEL, 'model.onnx': split, [location]: VALUES }),
    );
    expect(run).toMatchObject({ status: 'succeeded' });
    const version = await versions.resolve('flights', 'latest');
    expect(version.artifact.bytes).toBeGreaterThan(STRONG.byteLength + VALUES.byteLength);
  });

  it('fetches the files first: the rows may take longer than the server is waited for', async () => {
    let prepared = 0;
    const prepare = async () => {
      prepared += 1;
      throw new Error('no rows');
    };
    for (const files of [{ 'model.pkl': 'x' }, { MLmodel: MLMODEL, 'model.onnx': STRONG }]) {
      const run = await newImport(logged(files));
      await harness.perform(
        train,
        { run: run.id },
        { tracking, datasets: { prepare, open: prepare } },
      );
    }
    expect(prepared).toBe(1);
  });

  it.each([
    ['a version that is not there', () => 'delays/99', /the server has no delays\/99/],
    ['a model that is not there', () => 'nothing@best', /the server has no nothing@best/],
    [
      'one without ONNX',
      () => logged({ MLmodel: 'flavors:\n  python_function: {}\n  sklearn: {}\n' }),
      /it has no ONNX file, only python_function and sklearn\. Convert it .*mlflow\.onnx\.log_model/,
    ],
    ['no model', () => logged({ 'model.pkl': 'x' }), /there is no MLmodel/],
    ['a damaged MLmodel', () => logged({ MLmodel: 'flavors: [' }), /MLmodel cannot be read/],
    [
      'an MLmodel that names a file elsewhere',
      () => logged({ MLmodel: MLMODEL.replace('model.onnx', '../../../0/secret') }),
      /the model has no file "..\/..\/..\/0\/secret"/,
    ],
    [
      'values elsewhere that are missing',
      () => {
        const split = Buffer.concat([STRONG, encode({ graph: { initializer: [outside] } })]);
        return logged({ MLmodel: MLMODEL, 'model.onnx': split });
      },
      /the model has no file "weights.bin"/,
    ],
    [
      'a model of other features',
      () => logged({ MLmodel: MLMODEL, 'model.onnx': SMALL_MODELS.multiclass.files.strong }),
      /does not fit wheelhouse\.yaml/,
    ],
    [
      'something that is no ONNX',
      () => logged({ MLmodel: MLMODEL, 'model.onnx': 'PK..' }),
      /is not (an|a readable) ONNX file|cannot be made one file/,
    ],
  ])('fails with one line for %s, and registers nothing', async (_name, reference, words) => {
    const before = (await versions.list('flights')).length;
    const run = await importing(reference());
    expect(run.status).toBe('failed');
    expect(run.error).toMatch(words);
    expect(await versions.list('flights')).toHaveLength(before);
  });

  it('does not import what was exported from here', async () => {
    const version = await versions.resolve('flights', '1');
    const tags = { 'wheelhouse.version': '1', 'wheelhouse.artifact': version.artifact.sha256 };
    const files = { MLmodel: MLMODEL, 'model.onnx': STRONG };
    const run = await importing(logged(files, tags));
    expect(run.error).toMatch(/was exported from here: it is flights v1/);
    // Whoever writes the tag on another file fools nobody.
    const other = logged(files, { ...tags, 'wheelhouse.artifact': 'f'.repeat(64) });
    expect(await importing(other)).toMatchObject({ status: 'succeeded' });
  });

  it('says that the server does not answer', async () => {
    server.state.down = true;
    const run = await importing('delays/1');
    server.state.down = false;
    expect(run.error).toMatch(/Importing delays\/1 from MLflow: .* says: no database/);
  });
});
