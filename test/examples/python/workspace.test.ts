import { execFile, spawnSync } from 'node:child_process';
import { access, cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadWorkspace } from '../../../config/workspace.ts';
import { rehearse } from '../../../src/wiring/try/rehearse.ts';

const WORKSPACE = fileURLToPath(new URL('../../../examples/python/', import.meta.url));
const NEEDED = 'import numpy, pandas, pyarrow, sklearn, skl2onnx';

/** A Python with the packages: the given one, that of the example, or one on PATH. */
const python = [
  process.env['WHEELHOUSE_TEST_PYTHON'],
  join(WORKSPACE, 'venv/bin/python'),
  ...(process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'python3')),
].find((path) => path && spawnSync(path, ['-c', NEEDED]).status === 0);

if (python === undefined)
  console.warn(
    'No Python with the packages of examples/python/requirements.txt; WHEELHOUSE_TEST_PYTHON names one. Not running the example.',
  );

/** The folder as a newcomer copies it, with a virtual environment where wheelhouse.yaml expects it. */
async function copied(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-python-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(WORKSPACE, folder, {
    recursive: true,
    filter: (path) => !/(venv|__pycache__)$/.test(path),
  });
  return folder;
}

describe('examples/python', () => {
  it('uses the virtual environment in both argument vectors, and reports if there is none', async () => {
    const folder = await copied();
    const faults = await loadWorkspace(folder, { path: '' }).catch(String);
    expect(faults).toContain(`there is no venv/bin/python in ${folder}`);
    const workspace = await loadWorkspace(folder);
    expect(workspace.models.get('churn').programs).toEqual({
      dataset: ['venv/bin/python', 'dataset.py'],
      train: ['venv/bin/python', 'train.py'],
    });
    for (const script of ['dataset.py', 'train.py', 'requirements.txt'])
      await access(join(folder, script));
  });

  it('pins every package, so that a copy gets the versions that were run together', async () => {
    const lines = (await readFile(join(WORKSPACE, 'requirements.txt'), 'utf8')).trim().split('\n');
    const packages = lines.filter((line) => !line.startsWith('#'));
    expect(packages.length).toBeGreaterThan(4);
    for (const line of packages) expect(line).toMatch(/^[a-z0-9-]+==\d+(\.\d+)+$/);
  });

  it.skipIf(python === undefined)(
    'trains a model that is accepted and evaluated, on rows with missing values and categories',
    async () => {
      const folder = await copied();
      const prefix = await promisify(execFile)(python ?? '', [
        '-c',
        'import sys; print(sys.prefix)',
      ]);
      await symlink(prefix.stdout.trim(), join(folder, 'venv'));
      const { models } = await loadWorkspace(folder);
      const found = await rehearse({
        spec: models.get('churn'),
        parameters: { trees: 20, learning_rate: 0.1 },
        days: 14,
        signal: new AbortController().signal,
        say: () => {},
      });
      expect(found.training.rows).toBe(1400);
      expect(found.reported).toMatchObject({ train_rows: 1400 });
      expect(found.metrics['auc']).toBeGreaterThan(0.65);
      expect(found.warnings).toEqual([]);
    },
  );
});
