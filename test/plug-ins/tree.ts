import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ADDED = join(ROOT, 'test/plug-ins/added');
/** Everything that tests read, besides the packages. */
const COPIED = /^(?!node_modules|dist|added$|\.git|\.cache|shared$)/;

const Results = z.object({
  success: z.boolean(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

/** A copy of the sources to which plug-ins are added, with links to the packages of this one. */
export interface Tree {
  dir: string;
  /** Copies the files of a plug-in from `test/plug-ins/added` into it; returns their paths. */
  add(belongs: (path: string) => boolean): Promise<string[]>;
  edit(path: string, change: (text: string) => string): Promise<void>;
  /** Runs these tests there; returns the names of those that passed, and why others failed. */
  run(files: readonly string[]): Promise<{ passed: string[]; failed: string[] }>;
  remove(): Promise<void>;
}

export async function copyTree(): Promise<Tree> {
  const dir = await mkdtemp(join(tmpdir(), 'wheelhouse-added-'));
  const names = (await readdir(ROOT)).filter((name) => COPIED.test(name));
  const filter = (path: string) => path !== ADDED;
  await Promise.all(
    names.map((name) => cp(join(ROOT, name), join(dir, name), { recursive: true, filter })),
  );
  await symlink(join(ROOT, 'node_modules'), join(dir, 'node_modules'));

  return {
    dir,
    async add(belongs) {
      const entries = await readdir(ADDED, { recursive: true, withFileTypes: true });
      const paths = entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(ADDED, join(entry.parentPath, entry.name)))
        .filter(belongs);
      await Promise.all(
        paths.map((path) => cp(join(ADDED, path), join(dir, path), { errorOnExist: true })),
      );
      return paths;
    },
    async edit(path, change) {
      const text = await readFile(join(dir, path), 'utf8');
      const changed = change(text);
      if (changed === text) throw new Error(`adding a line to ${path}: it has no place for it`);
      await writeFile(join(dir, path), changed);
    },
    async run(files) {
      const output = join(dir, 'results.json');
      const program = join(ROOT, 'test/plug-ins/run-suites.mjs');
      // Variables of this test run must not affect the other.
      const env = Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$)/.test(name));
      const ended = await promisify(execFile)(process.execPath, [program, output, ...files], {
        cwd: dir,
        // Each test has its own database there.
        env: { MONGODB_URI: inject('storeUri'), ...Object.fromEntries(env) },
      }).catch((error: unknown) => ({ stderr: String(error) }));
      const text = await readFile(output, 'utf8').catch(() => {
        throw new Error(`running the tests of ${dir}: ${ended.stderr}`);
      });
      return read(text);
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

function read(text: string) {
  const { testResults } = Results.parse(JSON.parse(text));
  const tests = testResults.flatMap((file) => file.assertionResults);
  // A failing hook skips its tests without failing them.
  const broken = testResults.filter(
    ({ status, assertionResults: all }) =>
      all.length === 0 || (status !== 'passed' && !all.some((one) => one.status === 'failed')),
  );
  return {
    passed: tests.filter(({ status }) => status === 'passed').map(({ fullName }) => fullName),
    failed: [
      ...broken.map(({ name, message }) => `${name}: ${message}`),
      ...tests
        .filter(({ status }) => status === 'failed')
        .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages?.join('; ')}`),
    ],
  };
}
