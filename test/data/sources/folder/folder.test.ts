import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HookCalls } from '../../../../src/core/ports/hook-calls.ts';
import { folder } from '../../../../src/data/sources/folder/index.ts';
import { matcher } from '../../../../src/data/sources/folder/pattern.ts';
import { createRunFolders } from '../../../../src/training/folders.ts';
import { createPrograms } from '../../../../src/training/process.ts';
import { flights } from '../../../training/spec.ts';

/** The folder is read without them. */
const noCalls: HookCalls = new Proxy(Object.create(null), {});

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'wheelhouse-folder-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function offered(path: string): Promise<string[]> {
  const runFolders = createRunFolders(join(root, 'runs'));
  const programs = createPrograms(runFolders);
  const source = { name: 'new', ...folder.schema.parse({ kind: 'folder', path }) };
  const { signal } = new AbortController();
  const model = { ...flights, folder: root };
  const { files } = await folder.look(source, {
    ...{ model, source: 'new', programs, runFolders, signal, now: () => new Date() },
    ...{ hookCalls: noCalls, secret: () => undefined },
    home: join(root, 'state'),
  });
  return files.map(({ name }) => name);
}

describe('the source folder', () => {
  it('leaves out what is still being written, other files, and links', async () => {
    const names = ['a.parquet', '2001/b.csv', 'c.csv.gz', 'd.jsonl'];
    const left = ['e.csv.partial', '.f.csv', '_tmp/g.csv', 'h.csv.tmp', 'i.csv~', 'readme.md'];
    for (const name of [...names, ...left]) {
      await mkdir(join(root, 'new', name, '..'), { recursive: true });
      await writeFile(join(root, 'new', name), 'x');
    }
    await writeFile(join(root, 'secret.csv'), 'x');
    await symlink(join(root, 'secret.csv'), join(root, 'new/link.csv'));
    expect(await offered('new')).toEqual(names.map((name) => `new/${name}`).toSorted());
    expect(await offered('new/*.{csv,parquet}')).toEqual(['new/a.parquet']);
    expect(await offered('new/**/*.csv')).toEqual(['new/2001/b.csv']);
  });

  it('looks in the state folder for a path that begins there, and names its files in full', async () => {
    const file = join(root, 'state/arrivals/2001-03.parquet');
    await mkdir(join(root, 'state/arrivals'), { recursive: true });
    await writeFile(file, 'x');
    expect(await offered('$WHEELHOUSE_HOME/arrivals/*.parquet')).toEqual([
      'state/arrivals/2001-03.parquet',
    ]);
    await expect(offered('$WHEELHOUSE_HOME_2/arrivals')).rejects.toThrow('there is no folder');
  });

  it.each([
    ['/d/*.csv', '/d/a.csv', '/d/e/a.csv'],
    ['/d/**/*.csv', '/d/e/f/a.csv', '/d/a.csvx'],
    ['/d/2001-??.csv', '/d/2001-07.csv', '/d/2001-7.csv'],
    ['/d/{a,b.c}.csv', '/d/b.c.csv', '/d/bxc.csv'],
    ['/d/(a+.csv', '/d/(a+.csv', '/d/(aa.csv'],
    ['/d/{.csv', '/d/{.csv', '/d/x.csv'],
  ])('%s matches %s and not %s', (pattern, yes, no) => {
    expect(matcher(pattern)(yes)).toBe(true);
    expect(matcher(pattern)(no)).toBe(false);
  });
});
