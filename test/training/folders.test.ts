import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRunFolders } from '../../src/training/folders.ts';

const root = await mkdtemp(join(tmpdir(), 'wheelhouse-folders-'));
const folders = createRunFolders(root);
afterAll(() => rm(root, { recursive: true, force: true }));

describe('training/folders', () => {
  it('gives every attempt its own folder, and keeps the log when they are deleted', async () => {
    const first = await folders.create('run-a', 'train');
    const second = await folders.create('run-a', 'train');
    expect(first).not.toBe(second);
    expect(await readdir(first)).toEqual([]);
    await writeFile(join(first, 'half-a-model'), 'x');
    await folders.log('run-a', 'a line');
    await folders.clear(first);
    await folders.clear(first);
    await folders.clear(second);
    expect(await readdir(join(root, 'run-a'))).toEqual(['log.txt']);
    expect(await folders.tail('run-a', 10)).toEqual(['a line']);
  });

  it('shows the last lines, oldest first', async () => {
    for (const line of ['one', '', 'thrée', 'four']) await folders.log('run-b', line);
    expect(await folders.tail('run-b', 3)).toEqual(['', 'thrée', 'four']);
    expect(await folders.tail('run-b', 100)).toHaveLength(4);
    expect(await folders.tail('run-none', 3)).toEqual([]);
  });

  it('shows whole lines of a log that is larger than it reads', async () => {
    const line = `${'ü'.repeat(999)}\n`;
    await folders.log('run-c', 'the first');
    await appendFile(join(root, 'run-c', 'log.txt'), line.repeat(3000));
    await folders.log('run-c', 'the last');
    const found = await folders.tail('run-c', 5000);
    expect(found.at(-1)).toBe('the last');
    expect(found.length).toBeGreaterThan(500);
    expect(found).not.toContain('the first');
    for (const each of found.slice(0, -1)) expect(each).toBe('ü'.repeat(999));
  });

  it.each(['../up', 'a/b', '', '.', 'Run-1'])('takes "%s" for no id of a run', async (run) => {
    await expect(folders.create(run, 'train')).rejects.toThrow(/is not the id of a run/);
    await expect(folders.log(run, 'x')).rejects.toThrow(/is not the id of a run/);
    await expect(folders.tail(run, 1)).rejects.toThrow(/is not the id of a run/);
  });
});
