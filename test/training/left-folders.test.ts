import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NotFound, Unreachable } from '../../src/core/errors.ts';
import type { Run } from '../../src/core/ports/runs.ts';
import { clearLeftFolders } from '../../src/training/left-folders.ts';

const at = new Date('2026-03-01T09:00:00Z');
const ended = { id: 'any', number: 1, engine: 'process', startedAt: at, endedAt: at };
const run: Omit<Run, 'id' | 'status'> = {
  ...{ kind: 'train', model: 'flights', parameters: {}, versions: [], requestedBy: 'dev' },
  ...{ window: { from: at, to: at }, stage: '', share: 0, attempts: 1, createdAt: at },
};
const prepared = {
  dataset: { window: run.window, sha256: '', rows: 1 },
  inspection: { rows: 1, warnings: [], notWhole: {} },
  described: { code: { revision: '', dirty: false }, runtime: {} },
};
const { endedAt: _, ...open } = ended;
const KNOWN: Record<string, Run> = {
  'run-failed': { ...run, id: 'run-failed', status: 'failed' },
  'run-ended': { ...run, id: 'run-ended', status: 'succeeded', execution: { ...ended, prepared } },
  'run-ending': { ...run, id: 'run-ending', status: 'cancelled', execution: { ...open, prepared } },
  'run-running': { ...run, id: 'run-running', status: 'running' },
};

describe('training: folders that killed workers left', () => {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'wheelhouse-left-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function left(name: string): Promise<void> {
    await mkdir(join(root, name, 'dataset-x1y2z3'), { recursive: true });
    await writeFile(join(root, name, 'dataset-x1y2z3', 'rows.parquet'), 'rows');
    await writeFile(join(root, name, 'log.txt'), 'a line\n');
  }
  const runs = {
    async get(id: string) {
      const found = KNOWN[id];
      if (!found) throw new NotFound(`There is no run ${id}.`);
      return found;
    },
  };

  it('are removed of runs that are over, but their logs; of what is no run, after a day', async () => {
    const names = [...Object.keys(KNOWN), 'target-new', 'target-old'];
    for (const name of names) await left(name);
    const now = new Date();
    const old = new Date(now.getTime() - 2 * 86_400_000);
    await utimes(join(root, 'target-old', 'dataset-x1y2z3'), old, old);
    expect(await clearLeftFolders({ root, runs, now })).toBe(3);
    const those = ['run-failed', 'run-ended', 'target-old'];
    for (const name of names)
      expect([name, await readdir(join(root, name))]).toEqual([
        name,
        those.includes(name) ? ['log.txt'] : ['dataset-x1y2z3', 'log.txt'],
      ]);
    expect(await clearLeftFolders({ root, runs, now })).toBe(0);
    expect(await clearLeftFolders({ root: join(root, 'none'), runs, now })).toBe(0);
  });

  it('stay where a step of another branch goes on after the run has failed', async () => {
    await mkdir(join(root, 'run-failed', 'step-publish-a1b2c3'), { recursive: true });
    const now = new Date();
    expect(await clearLeftFolders({ root, runs, now })).toBe(0);
    const later = new Date(now.getTime() + 2 * 86_400_000);
    expect(await clearLeftFolders({ root, runs, now: later })).toBe(1);
  });

  it('stay while the registry does not answer', async () => {
    await left('run-failed');
    const silent = { get: () => Promise.reject(new Unreachable('reading the run: no answer')) };
    await expect(clearLeftFolders({ root, runs: silent, now: new Date() })).rejects.toThrow();
    expect(await readdir(join(root, 'run-failed'))).toContain('dataset-x1y2z3');
  });
});
