import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeOf } from '../../../src/training/software/code.ts';
import { filesOf } from '../../../src/training/software/files.ts';
import { packagesOf } from '../../../src/training/software/packages.ts';
import { changesIn, fromBytes, toBytes } from '../../../src/training/software/software.ts';

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'wheelhouse-software-'));
  folder = join(root, 'workspace');
  await mkdir(folder);
});
afterEach(() => rm(root, { recursive: true }));

async function write(path: string, text = ''): Promise<void> {
  const file = join(root, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, text);
}
const git = (...words: string[]) =>
  promisify(execFile)('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...words], {
    cwd: folder,
  });

describe('training/software', () => {
  it('records the commit of the workspace, and whether it has uncommitted changes', async () => {
    expect(await codeOf(folder)).toEqual({ revision: 'unversioned', dirty: true });
    await git('init');
    await git('commit', '--allow-empty', '-m', 'start');
    const { stdout } = await git('rev-parse', 'HEAD');
    expect(await codeOf(folder)).toEqual({ revision: stdout.trim(), dirty: false });
    await write('workspace/train.sh', 'exit 0');
    expect(await codeOf(folder)).toEqual({ revision: stdout.trim(), dirty: true });
    // Of a folder in the repository, also if a link leads there.
    await mkdir(join(folder, 'models'));
    await symlink(join(folder, 'models'), join(root, 'linked'));
    for (const path of [join(folder, 'models'), join(root, 'linked')]) {
      expect(await codeOf(path)).toEqual({ revision: stdout.trim(), dirty: false });
      expect(await filesOf(path)).toEqual({});
    }
  });

  it('records the files of a folder that is in no repository, without what is installed', async () => {
    for (const path of ['train.py', 'lib/features.py', '.venv/pyvenv.cfg', 'node_modules/a/b.js'])
      await write(`workspace/${path}`, path);
    await write('secret', 'outside');
    await symlink(join(root, 'secret'), join(folder, 'link'));
    expect(Object.keys((await filesOf(folder)) ?? {})).toEqual(['lib/features.py', 'train.py']);
  });

  it('records what git does not ignore, also if it is not committed', async () => {
    await git('init');
    await write('workspace/.gitignore', 'data/\n');
    for (const path of ['train.py', 'data/rows.csv']) await write(`workspace/${path}`, path);
    await git('add', '.');
    await write('workspace/new.py');
    await rm(join(folder, 'train.py'));
    expect(Object.keys((await filesOf(folder)) ?? {})).toEqual(['.gitignore', 'new.py']);
  });

  it('finds the packages of Node in the folders above', async () => {
    await write('node_modules/left/package.json', '{"version":"1.2.3"}');
    await write('node_modules/@scope/right/package.json', '{"version":"4.5.6"}');
    await write('node_modules/broken/package.json', 'no json');
    const node = { left: '1.2.3', '@scope/right': '4.5.6' };
    expect(await packagesOf(folder, [['node', 'train.js']], {})).toEqual({ node });
    expect(await packagesOf(folder, [['sh', 'train.sh']], {})).toEqual({});
  });

  it.each([
    ['an interpreter in the workspace', ['.venv/bin/python', 'train.py'], {}],
    ['an environment in the workspace', ['sh', 'train.sh'], {}],
    ['a tool that uses it', ['uv', 'run', 'train.py'], {}],
  ] as const)('finds the packages of Python by %s', async (_, argv, env) => {
    await write('workspace/.venv/bin/python');
    await write('workspace/.venv/pyvenv.cfg', 'home = /usr/bin\nversion = 3.11.2\n');
    const site = 'workspace/.venv/lib/python3.11/site-packages';
    await write(`${site}/scikit_learn-1.7.2.dist-info/METADATA`);
    await write(`${site}/numpy-2.1.0.dist-info/METADATA`);
    const python = { python: '3.11.2', 'scikit-learn': '1.7.2', numpy: '2.1.0' };
    expect(await packagesOf(folder, [[...argv]], env)).toEqual({ python });
  });

  it('finds the packages of an activated environment', async () => {
    await write('env/bin/python3');
    await write('env/lib/python3.12/site-packages/pandas-3.0.0.dist-info/METADATA');
    const env = { VIRTUAL_ENV: join(root, 'env'), PATH: '/nowhere' };
    const python = { pandas: '3.0.0' };
    expect(await packagesOf(folder, [['python3', 'train.py']], env)).toEqual({ python });
  });

  it('says what changed between two records, whatever things are called', () => {
    const software = { format: 1, files: { ['__proto__']: 'a', b: '1' }, packages: {} } as const;
    expect(fromBytes(toBytes(software)).packages).toEqual({});
    expect(changesIn({ a: '1', b: '1', c: '1' }, { b: '2', c: '1', constructor: '1' })).toEqual([
      { name: 'a', before: '1', now: undefined },
      { name: 'b', before: '1', now: '2' },
      { name: 'constructor', before: undefined, now: '1' },
    ]);
  });
});
