import { describe, expect, it } from 'vitest';
import { repeatsIn } from './walls/repeats.ts';
import { cycleIn, readTree } from './walls/tree.ts';

/**
 * The import rules of the code, explained in docs/decisions/. Each exception is listed here with its reason; an
 * exception that nothing uses fails the test.
 */
const tree = await readTree([
  'src',
  'web',
  'commands',
  'jobs',
  'config',
  'bin',
  'scripts',
  'bench',
]);
const inside = (folder: string) => (path: string) => path.startsWith(`${folder}/`);
const folderOf = (path: string) => /^(src\/[^/]+|commands|jobs|config|web)\//.exec(path)?.[1];

/** Imports by files matching `from` of anything matching `what`. */
function imports(from: (path: string) => boolean, what: (target: string) => boolean): string[] {
  return tree
    .filter(({ path }) => from(path))
    .flatMap(({ path, imports }) =>
      imports.filter((target) => what(target)).map((target) => `${path} imports ${target}`),
    );
}

const isPackage =
  (...names: string[]) =>
  (target: string) =>
    names.some((name) => target === name || target.startsWith(`${name}/`));
const servers = isPackage('mongoose', 'mongodb', 'bullmq', 'ioredis');

describe('walls', () => {
  it('see the whole tree', () => {
    // If the scan of imports were broken, all other rules would pass without checking anything.
    expect(tree.length).toBeGreaterThan(150);
    expect(imports(inside('src/queue'), isPackage('bullmq'))).not.toEqual([]);
    expect(imports(inside('src/registry'), isPackage('mongoose'))).not.toEqual([]);
    expect(imports(inside('commands'), inside('src/core'))).not.toEqual([]);
    expect(tree.flatMap(({ unresolved }) => unresolved)).toEqual([]);
  });

  it('nothing imports src/main.ts', () => {
    const starters = ['bin/wheelhouse.mjs', 'scripts/demo.mjs'];
    expect(
      imports(
        (path) => !starters.includes(path),
        (target) => target === 'src/main.ts',
      ),
    ).toEqual([]);
  });

  it('src/core imports no other folder', () => {
    const elsewhere = (target: string) =>
      folderOf(target) !== undefined && folderOf(target) !== 'src/core';
    expect(imports(inside('src/core'), elsewhere)).toEqual([]);
    expect(imports(inside('src/core'), servers)).toEqual([]);
  });

  it('adapters know nothing of the registry and the queue', () => {
    const behind = (target: string) =>
      inside('src/registry')(target) || inside('src/queue')(target) || servers(target);
    expect(imports(inside('src/platforms'), behind)).toEqual([]);
  });

  it('the queue alone imports BullMQ, the registry alone mongoose', () => {
    // A benchmark compares us with the bare libraries.
    const outside = (folder: string) => (path: string) =>
      !inside(folder)(path) && !inside('bench')(path);
    expect(imports(outside('src/queue'), isPackage('bullmq'))).toEqual([]);
    expect(imports(outside('src/registry'), isPackage('mongoose', 'mongodb'))).toEqual([]);
    // The embedded Redis checks that the Redis it started is its own.
    const redis = (path: string) =>
      outside('src/queue')(path) && outside('src/embedded/redis')(path);
    expect(imports(redis, isPackage('ioredis'))).toEqual([]);
  });

  it.each([
    'src/evaluation',
    'src/monitoring',
    'src/charts',
    'src/cards',
    'src/release',
    'src/onnx',
  ])('%s is pure: it imports no server and no other folder', (pure) => {
    // Tasks are pure too: a card calls a metric what its task calls it.
    // Targets speak to a cluster and to MLflow by the clients that others use too.
    const also: Record<string, string[]> = {
      'src/cards': ['src/tasks'],
      'src/release': ['src/kubernetes', 'src/mlflow'],
    };
    const known = ['src/core', pure, ...(also[pure] ?? [])];
    const elsewhere = (target: string) => {
      const folder = folderOf(target);
      return folder !== undefined && !known.includes(folder);
    };
    expect(imports(inside(pure), servers)).toEqual([]);
    expect(imports(inside(pure), elsewhere)).toEqual([]);
  });

  it('src/tasks is pure: it imports core, and the statistics and the reading of outputs that it is made of', () => {
    const known = ['src/core', 'src/tasks', 'src/evaluation', 'src/onnx'];
    const elsewhere = (target: string) => {
      const folder = folderOf(target);
      return folder !== undefined && !known.includes(folder);
    };
    expect(imports(inside('src/tasks'), servers)).toEqual([]);
    expect(imports(inside('src/tasks'), elsewhere)).toEqual([]);
  });

  it('commands and jobs join folders, but reach no adapter, server or embedded store past the world', () => {
    const closed = ['src/platforms', 'src/registry', 'src/queue', 'src/embedded'];
    const joins = (path: string) => inside('commands')(path) || inside('jobs')(path);
    const beyond = (target: string) =>
      closed.some((folder) => inside(folder)(target)) || servers(target);
    expect(imports(joins, beyond)).toEqual([]);
  });

  it('folders import src/core and themselves, never each other', () => {
    // These connect folders as commands and jobs do: one wires them, the other runs them in the command line.
    const joiners = ['src/wiring', 'src/supervisor'];
    // Pure. Files of models are read alike by whoever holds the bytes; processes that run models are told the
    // name of a task and look it up. Clients: plug-ins of several axes speak to a cluster, and to MLflow.
    const shared = ['src/onnx', 'src/tasks', 'src/kubernetes', 'src/mlflow'];
    // A task measures and compares by the statistics of the one, and reads outputs like the other.
    const tasks = ['src/evaluation', 'src/onnx'];
    // The client for S3: object stores and data sources reach a bucket the same way.
    const reachBuckets = ['src/objects', 'src/data'];
    const crossing = tree
      .filter(({ path }) => inside('src')(path) && path !== 'src/main.ts')
      .filter(({ path }) => !joiners.includes(folderOf(path) ?? ''))
      .flatMap(({ path, imports: targets }) =>
        targets
          .filter((target) => folderOf(target) !== undefined && folderOf(target) !== folderOf(path))
          .filter((target) => folderOf(target) !== 'src/core')
          .filter((target) => !shared.includes(folderOf(target) ?? ''))
          .filter(
            (target) =>
              folderOf(target) !== 'src/s3' || !reachBuckets.includes(folderOf(path) ?? ''),
          )
          .filter((target) => !inside('src/tasks')(path) || !tasks.includes(folderOf(target) ?? ''))
          .map((target) => `${path} imports ${target}`),
      );
    expect(crossing).toEqual([]);
  });

  it('commands enqueue jobs by their declaration, and import nothing that runs one', () => {
    const runs = (target: string) => /^jobs\/[^/]+\.ts$/.test(target);
    const shared = (path: string) => inside('jobs/declared')(path) || inside('jobs/steps')(path);
    expect(imports(inside('commands'), inside('jobs/declared'))).not.toEqual([]);
    expect(imports(inside('commands'), runs)).toEqual([]);
    // Steps are shared by commands and jobs: what they import, a command imports too.
    expect(imports(shared, runs)).toEqual([]);
  });

  it('no file of src/ has more than 250 lines', () => {
    const long = tree
      .filter(({ path }) => inside('src')(path))
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > 250);
    expect(long).toEqual([]);
  });

  it('nothing of more than a dozen lines is written twice in src, jobs and commands', () => {
    const code = tree.filter(({ path }) => /^(src|jobs|commands)\//.test(path));
    expect(repeatsIn(code, 12)).toEqual([]);
  });

  it('duplicated code is found despite indentation, comments and imports', () => {
    const lines = Array.from({ length: 13 }, (_, at) => `call(${at});`);
    const one = { path: 'a.ts', text: ["import { call } from 'a';", ...lines].join('\n') };
    const two = { path: 'b.ts', text: `  // why\n\n${lines.join('\n    // more\n  ')}` };
    expect(repeatsIn([one, two], 12)).toEqual(['b.ts:3 repeats a.ts:2']);
    expect(repeatsIn([one, two], 13)).toEqual([]);
  });

  it('config alone reads the environment', () => {
    const exceptions = new Map([
      ['bin/wheelhouse.mjs', 'hands it to the command line'],
      ['src/training/environment.ts', 'hands PATH and the like to the programs of a workspace'],
      ['src/training/leash.mjs', 'hands it to the program that it holds'],
      ['src/embedded/redis/find-server.ts', 'looks for a program on PATH'],
    ]);
    const readers = tree
      .filter(({ text }) => /\bprocess\s*\.\s*env\b|\benv\b.*from 'node:process'/.test(text))
      .map(({ path }) => path)
      .filter((path) => !/^(config|scripts|bench)\//.test(path));
    expect(readers.toSorted()).toEqual([...exceptions.keys()].toSorted());
  });

  it('there is no import cycle', () => {
    expect(cycleIn(tree)).toBeUndefined();
  });

  it('a cycle would be found, and named by its path', () => {
    const loop = [
      { path: 'a', imports: ['b'] },
      { path: 'b', imports: ['c', 'd'] },
      { path: 'c', imports: [] },
      { path: 'd', imports: ['b'] },
    ];
    expect(cycleIn(loop)).toBe('b → d → b');
  });
});
