import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { targetDifferences, type WantedState } from '../../src/core/target.ts';
import { targetKindOf } from '../../src/release/targets/index.ts';
import { createRunFolders } from '../../src/training/folders.ts';
import { createPrograms } from '../../src/training/process.ts';
import { createTargets } from '../../src/wiring/targets.ts';
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

const python = await pythonWith(PACKAGES);
const server = python === undefined ? undefined : await startMlflow(python);
const url = server?.url;
afterAll(() => server?.stop());

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

  it('is seen to have lost a deleted version, which a repair creates again', async () => {
    await ask(`client.delete_model_version(name, "1"); print("{}")`);
    expect(await differences()).toEqual([{ what: 'version', wanted: 'v1', observed: undefined }]);
    await targets.apply(spec, wanted, how);
    expect(await differences()).toEqual([]);
  });

  it('has nothing live after it was removed', async () => {
    for (const _ of [1, 2])
      await targets.remove(spec, { ...wanted, stable: null, challenger: null }, how);
    const aliases = await ask('print(json.dumps(client.get_registered_model(name).aliases))');
    expect(aliases).toEqual({});
  });
});
