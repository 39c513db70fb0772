import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadWorkspace } from '../../../config/workspace.ts';

const WORKSPACE = fileURLToPath(new URL('../../../examples/lightgbm/', import.meta.url));

// `npm run test:python` trains, serves and monitors it.
describe('examples/lightgbm', () => {
  it('is a valid workspace, once its environment is there', async () => {
    const { models } = await loadWorkspace(WORKSPACE);
    expect(models.get('energy')).toMatchObject({
      task: { name: 'regression' },
      programs: {
        dataset: ['venv/bin/python', 'dataset.py'],
        train: ['venv/bin/python', 'train.py'],
      },
    });
    const faults = await loadWorkspace(WORKSPACE, { path: '' }).catch(String);
    expect(faults).toContain(`there is no venv/bin/python in ${WORKSPACE.replace(/\/$/, '')}`);
  });

  it('pins every package of its own', async () => {
    const lines = (await readFile(`${WORKSPACE}requirements.txt`, 'utf8')).trim().split('\n');
    const packages = lines.filter((line) => !line.startsWith('#'));
    expect(packages.length).toBeGreaterThan(4);
    for (const line of packages) expect(line).toMatch(/^[a-z0-9-]+==\d+(\.\d+)+$/);
  });

  it('has a notebook without outputs, so that it shows nothing of one machine', async () => {
    const notebook = JSON.parse(await readFile(`${WORKSPACE}look.ipynb`, 'utf8'));
    for (const cell of notebook.cells) expect(cell.outputs ?? []).toEqual([]);
  });
});
