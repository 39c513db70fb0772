import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { targetDifferences, type WantedState } from '../../src/core/target.ts';
import { admit } from '../../src/onnx/admit.ts';
import { asOneFile, filesBeside } from '../../src/onnx/inline.ts';
import { targetKindOf } from '../../src/release/targets/index.ts';
import { createRunFolders } from '../../src/training/folders.ts';
import { createPrograms } from '../../src/training/process.ts';
import { createTargets } from '../../src/wiring/targets.ts';
import { createTracking } from '../../src/wiring/tracking.ts';
import { NO_GATEWAYS, WANTED } from '../contracts/target.ts';
import { SMALL_MODELS } from '../jobs/small-models.ts';
import { registeredOf } from '../release/targets/mlflow/registered.ts';
import { flights } from '../training/spec.ts';
import { startMlflow } from './mlflow-server.ts';
import { pythonWith } from './python.ts';

/*
 * The target on a real MLflow, which also checks the double of the other tests. MLflow's own Python client loads what
 * was registered and edits it behind our back.
 */
const PACKAGES = ['mlflow==3.17.2', 'onnx==1.23.2', 'onnxruntime==1.32.0'];
const EDITS = 200;
const NEVER_LIVE = [101, 102, 103];
const EVALUATION = {
  ...{ version: 'flights@101', metrics: { auc: 0.7 }, reference: 'r'.repeat(64) },
  ...{
    dataset: { window: flights.training.window, sha256: 'd'.repeat(64), rows: 744 },
    at: new Date(),
  },
};

const python = await pythonWith(PACKAGES);
const server = python === undefined ? undefined : await startMlflow(python);
const url = server?.url;
const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-mlflow-files-'));
afterAll(() => Promise.all([server?.stop(), rm(folder, { recursive: true, force: true })]));

const { strong: BYTES } = SMALL_MODELS.binary.files;
const SHA256 = createHash('sha256').update(BYTES).digest('hex');

describe.skipIf(url === undefined)('a real MLflow', () => {
  const name = `flights-${randomUUID().slice(0, 8)}`;
  const wanted: WantedState = {
    ...WANTED,
    stable: WANTED.stable && { ...WANTED.stable, artifact: SHA256 },
    challenger: WANTED.challenger && { ...WANTED.challenger, artifact: SHA256 },
  };
  const runFolders = createRunFolders('/nowhere');
  const targets = createTargets({
    ...{ runFolders, programs: createPrograms(runFolders), ...NO_GATEWAYS },
    ...{ registered: registeredOf(BYTES), environment: {}, now: () => new Date() },
  });
  const settings = { kind: 'mlflow', url: url ?? 'http://127.0.0.1:1', registered_model: name };
  const tracking = createTracking(
    { url: settings.url, tokenVariable: undefined, exports: true },
    {},
  );
  const spec = { name: 'registry', ...targetKindOf('mlflow').schema.parse(settings) };
  const how = { id: 'apply-1', model: flights, signal: new AbortController().signal };
  const differences = async () => {
    const seen = await targets.observe(spec, wanted, how);
    return seen && targetDifferences(wanted, seen);
  };
  /** Runs a program with MLflow's own client as `client`, and parses the JSON that it prints. */
  const ask = async (program: string): Promise<unknown> => {
    const head = `import json, mlflow\nmlflow.set_tracking_uri(${JSON.stringify(url)})\nclient = mlflow.MlflowClient()\nname = ${JSON.stringify(name)}\n`;
    const { stdout } = await promisify(execFile)(python ?? '', ['-c', head + program], {
      env: { PATH: process.env['PATH'], MLFLOW_TRACKING_URI: url, PYTHONWARNINGS: 'ignore' },
    });
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  };

  it('takes what is live, and shows it', async () => {
    for (const _ of [1, 2]) await targets.apply(spec, wanted, how);
    expect(await differences()).toEqual([]);
    await targets.apply(spec, { ...wanted, stable: wanted.challenger, challenger: null }, how);
    expect(await differences()).not.toEqual([]);
    await targets.apply(spec, wanted, how);
    expect(await differences()).toEqual([]);
  });

  it('gives a model that MLflow’s own client loads and asks, with its run', async () => {
    const answer = await ask(`
import numpy
version = client.get_model_version_by_alias(name, "production")
run = client.get_run(version.run_id)
model = mlflow.pyfunc.load_model(f"models:/{name}@production")
given = {"distance": numpy.array([[100], [1000]], numpy.float32), "carrier": numpy.array([["AA"], ["UA"]], object)}
print(json.dumps({
    "tags": version.tags, "metrics": run.data.metrics, "params": run.data.params,
    "scores": numpy.asarray(list(model.predict(given).values())[0]).ravel().tolist(),
}))`);
    expect(answer).toMatchObject({
      tags: { 'wheelhouse.version': '1', 'wheelhouse.live': 'production' },
      metrics: { 'reported.train_auc': 0.71 },
      params: { trees: '50' },
      scores: [expect.any(Number), expect.any(Number)],
    });
  });

  it('shows versions that were never live, once each, which its client loads with their runs', async () => {
    const registered = registeredOf(BYTES);
    const export_ = async (number: number) =>
      tracking.export(
        { ...(await registered('flights', number)), evaluation: EVALUATION },
        flights,
        how.signal,
      );
    for (const numbers of [NEVER_LIVE, NEVER_LIVE])
      for (const number of numbers) await Promise.all([export_(number), export_(number)]);
    const found = await ask(`
import numpy
given = {"distance": numpy.array([[100], [1000]], numpy.float32), "carrier": numpy.array([["AA"], ["UA"]], object)}
def seen(v):
    model = mlflow.pyfunc.load_model(f"models:/flights/{v.version}")
    run = client.get_run(v.run_id)
    return [v.tags["wheelhouse.version"], len(list(model.predict(given).values())[0]), run.data.metrics["auc"], run.data.params["trees"]]
print(json.dumps(sorted(seen(v) for v in client.search_model_versions("name='flights'"))))`);
    expect(found).toEqual(NEVER_LIVE.map((number) => [String(number), 2, 0.7, '50']));
  });

  it('gives a model with values in other files, its lineage and its data', async () => {
    await writeFile(join(folder, 'strong.onnx'), BYTES);
    await ask(`
import numpy, onnx, mlflow.onnx, mlflow.data, os
strong = onnx.load(${JSON.stringify(join(folder, 'strong.onnx'))})
strong.graph.initializer.append(onnx.numpy_helper.from_array(numpy.ones(5000, numpy.float32), "more"))
mlflow.set_experiment("delays")
with mlflow.start_run():
    mlflow.log_param("trees", 50)
    mlflow.log_metric("auc", 0.71)
    mlflow.log_input(mlflow.data.from_numpy(numpy.ones(3), name="may"))
    mlflow.onnx.log_model(strong, name="model", registered_model_name="delays", pip_requirements=[])
client.set_registered_model_alias("delays", "best", "1")
class Odd(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None): return model_input
with mlflow.start_run(): mlflow.pyfunc.log_model(name="model", python_model=Odd(), registered_model_name="odd", pip_requirements=[])
print("{}")`);
    const { origin, file, beside } = await tracking.find('delays@best', how.signal);
    expect(origin).toMatchObject({
      ...{ name: 'delays', version: '1', run: expect.stringMatching(/^[0-9a-f]{32}$/) },
      ...{ user: expect.any(String), metrics: [{ name: 'auc', value: 0.71 }] },
      parameters: [{ name: 'trees', value: '50' }],
      data: [{ name: 'may', digest: expect.stringMatching(/^\w+$/), source: expect.any(String) }],
    });
    const bytes = await file();
    const names = filesBeside(bytes);
    expect(names).toHaveLength(1);
    const files = new Map(
      await Promise.all(names.map(async (one) => [one, await beside(one)] as const)),
    );
    const one = asOneFile(bytes, files);
    expect(() => admit(bytes, flights)).toThrow('is not one file');
    expect(admit(one, flights)).toEqual([]);
    // The official library is the judge.
    await writeFile(join(folder, 'one.onnx'), one);
    const judged = await ask(`
import onnx, numpy
one = onnx.load(${JSON.stringify(join(folder, 'one.onnx'))}, load_external_data=False)
onnx.checker.check_model(one)
more = [t for t in one.graph.initializer if t.name == "more"][0]
print(json.dumps([int(onnx.numpy_helper.to_array(more).sum()), any(t.external_data for t in one.graph.initializer)]))`);
    expect(judged).toEqual([5000, false]);
    const odd = await tracking.find('odd/1', how.signal);
    await expect(odd.file()).rejects.toThrow('it has no ONNX file, only python_function');
    await expect(tracking.find('delays/9', how.signal)).rejects.toThrow(
      'the server has no delays/9',
    );
  });

  it(`is seen to be edited, each of ${EDITS} times, and is right again after a repair`, async () => {
    const { versions } = z.object({ versions: z.array(z.string()) }).parse(
      await ask(`
versions = [v.version for v in client.search_model_versions(f"name='{name}'")]
other = client.create_model_version(name, "runs:/" + client.get_model_version(name, "1").run_id + "/model", client.get_model_version(name, "1").run_id)
print(json.dumps({"versions": [*versions, other.version]}))`),
    );
    // The client's REST calls, without starting Python for each.
    const call = (method: string, body: object) =>
      fetch(`${url}/api/2.0/mlflow/registered-models/alias`, {
        ...{ method, headers: { 'content-type': 'application/json' } },
        body: JSON.stringify({ name, alias: 'production', ...body }),
      });
    const wrong = versions.filter((version) => version !== '1');
    for (let edit = 0; edit < EDITS; edit += 1) {
      const to = wrong[edit % (wrong.length + 1)];
      await (to === undefined ? call('DELETE', {}) : call('POST', { version: to }));
      expect(await differences(), `edit ${edit}: ${to}`).toContainEqual(
        expect.objectContaining({ what: 'version', wanted: 'v1' }),
      );
      await targets.apply(spec, wanted, how);
      expect(await differences()).toEqual([]);
    }
  }, 600_000);

  it('is seen to have another mark, with what is known of who', async () => {
    const mark = (version: string, value: string) =>
      ask(
        `client.set_model_version_tag(name, "${version}", "wheelhouse.live", "${value}"); print("{}")`,
      );
    await mark('2', 'production');
    const seen = await targets.observe(spec, wanted, how);
    expect(seen && targetDifferences(wanted, seen)).toEqual([
      { what: 'marked', wanted: 'v1', observed: expect.stringContaining('v2') },
    ]);
    expect(seen?.known).toContain('MLflow does not record who.');
    await targets.apply(spec, wanted, how);
    expect(await differences()).toEqual([]);
  });

  it('is seen to have lost a deleted version, which a repair creates again', async () => {
    await ask(`client.delete_model_version(name, "1"); print("{}")`);
    expect(await differences()).toEqual([
      { what: 'version', wanted: 'v1', observed: undefined },
      { what: 'registered', wanted: 'v1', observed: undefined },
      { what: 'marked', wanted: 'v1', observed: undefined },
    ]);
    await targets.apply(spec, wanted, how);
    expect(await differences()).toEqual([]);
  });

  it('is seen to have lost a version that is not live, which a repair creates again', async () => {
    const numbers = async () => (await targets.observe(spec, wanted, how))?.registered ?? [];
    const before = await numbers();
    const [other = 0] = before.filter((one) => one !== 1 && one !== 2);
    const of = `[v for v in client.search_model_versions(f"name='{name}'") if v.tags.get("wheelhouse.version") == "${other}"]`;
    await ask(`[client.delete_model_version(name, v.version) for v in ${of}]; print("{}")`);
    expect((await numbers()).toSorted()).toEqual(before.filter((one) => one !== other).toSorted());
    expect(await differences()).toEqual([]);
    await targets.apply(spec, wanted, { ...how, restores: before });
    expect((await numbers()).toSorted()).toEqual(before.toSorted());
  });

  it('keeps one of two that were created at once, and what was copied by its client', async () => {
    const copy = (source: string) =>
      ask(
        `v = client.get_model_version_by_alias(name, "production"); w = client.create_model_version(name, ${source}, v.run_id, tags=v.tags); print(json.dumps(w.version))`,
      );
    const twin = await copy('f"runs:/{v.run_id}/model"');
    const theirs = await copy('f"models:/{name}/{v.version}"');
    await targets.apply(spec, wanted, how);
    const left = await ask(
      `print(json.dumps([str(v.version) for v in client.search_model_versions(f"name='{name}'")]))`,
    );
    expect(left).toContain(String(theirs));
    expect(left).not.toContain(String(twin));
  });

  it('has nothing live after it was removed', async () => {
    for (const _ of [1, 2])
      await targets.remove(spec, { ...wanted, stable: null, challenger: null }, how);
    const aliases = await ask('print(json.dumps(client.get_registered_model(name).aliases))');
    expect(aliases).toEqual({});
  });
});
