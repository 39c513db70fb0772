import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Argv } from '../../core/model.ts';
import { inherited } from '../environment.ts';

/** Versions of installed packages by name. */
type Versions = Record<string, string>;
export interface Packages {
  node?: Versions;
  python?: Versions;
}

const NODE = /^(node|npx|npm|tsx|bun|deno|ts-node)(\.exe)?$/;
const PYTHON = /^(python[\d.]*|uv|poetry|pipenv|ipython|pypy[\d.]*)(\.exe)?$/;
const VENVS = ['.venv', 'venv'];

/**
 * The packages that the programs of a workspace can import, as far as they are found without running anything: for
 * Node those of the nearest node_modules, for Python those of the interpreter's environment, of `.venv` or `venv`,
 * or of VIRTUAL_ENV or CONDA_PREFIX.
 */
export async function packagesOf(
  folder: string,
  programs: readonly Argv[],
  env: NodeJS.ProcessEnv = inherited(),
): Promise<Packages> {
  const names = programs.map(([program]) => basename(program));
  const nodeModules = await nearest(
    folder,
    'node_modules',
    names.some((name) => NODE.test(name)),
  );
  const python = await pythonFolder(folder, programs, env);
  const [node, own] = await Promise.all([
    nodeModules === undefined ? undefined : nodePackages(nodeModules),
    python === undefined ? undefined : pythonPackages(python),
  ]);
  return {
    ...(node && Object.keys(node).length > 0 && { node }),
    ...(own && Object.keys(own).length > 0 && { python: own }),
  };
}

/** @param above also looks in the folders above, as Node does */
async function nearest(folder: string, name: string, above: boolean): Promise<string | undefined> {
  const path = join(folder, name);
  if (await isFolder(path)) return path;
  const parent = dirname(folder);
  return above && parent !== folder ? nearest(parent, name, above) : undefined;
}

async function nodePackages(folder: string): Promise<Versions> {
  const found: Versions = {};
  for (const name of await namesIn(folder)) {
    const inScope = name.startsWith('@') ? await namesIn(join(folder, name)) : [''];
    for (const rest of inScope) {
      const path = rest === '' ? name : `${name}/${rest}`;
      const version = await versionIn(join(folder, path, 'package.json'));
      if (version !== undefined) found[path] = version;
    }
  }
  return found;
}

async function versionIn(file: string): Promise<string | undefined> {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof parsed !== 'object' || parsed === null || !('version' in parsed)) return undefined;
    return typeof parsed.version === 'string' ? parsed.version : undefined;
  } catch {
    return undefined;
  }
}

/** The folder of a Python environment: that of the interpreter, if it is named by a path or found in one. */
async function pythonFolder(
  folder: string,
  programs: readonly Argv[],
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const pythons = programs.map(([program]) => program).filter((one) => PYTHON.test(basename(one)));
  for (const program of pythons) {
    const found = program.includes('/') ? resolve(folder, program) : await onPath(program, env);
    const environment = found === undefined ? undefined : dirname(dirname(found));
    if (environment !== undefined && (await isFile(join(environment, 'pyvenv.cfg'))))
      return environment;
  }
  const own = await Promise.all(VENVS.map((name) => nearest(folder, name, false)));
  const given = [env['VIRTUAL_ENV'], env['CONDA_PREFIX']].filter((one) => one !== undefined);
  for (const one of [...own, ...(pythons.length > 0 ? given : [])])
    if (one !== undefined && (await isFolder(one))) return one;
  const [system] = pythons;
  const path = system === undefined ? undefined : await onPath(basename(system), env);
  return path === undefined ? undefined : dirname(dirname(await realpath(path)));
}

async function onPath(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const place of (env['PATH'] ?? '').split(delimiter))
    if (isAbsolute(place) && (await isFile(join(place, name)))) return join(place, name);
  return undefined;
}

/** From the names of `*.dist-info`, e.g. `scikit_learn-1.7.2.dist-info`; Debian has its packages in `python3`. */
async function pythonPackages(environment: string): Promise<Versions> {
  const found: Versions = {};
  const config = await readFile(join(environment, 'pyvenv.cfg'), 'utf8').catch(() => '');
  const version = /^version(?:_info)?\s*=\s*(\S+)/m.exec(config)?.[1];
  if (version !== undefined) found['python'] = version;
  const lib = join(environment, 'lib');
  for (const python of (await namesIn(lib)).filter((name) => /^python\d/.test(name)))
    for (const packages of ['site-packages', 'dist-packages'])
      for (const name of await namesIn(join(lib, python, packages))) {
        const [, distribution, release] = /^(.+?)-([^-]+)\.(?:dist|egg)-info$/.exec(name) ?? [];
        if (distribution !== undefined && release !== undefined)
          found[distribution.toLowerCase().replaceAll('_', '-')] = release;
      }
  return found;
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !name.startsWith('.')).sort();
}

const isFolder = async (path: string) =>
  (await stat(path).catch(() => undefined))?.isDirectory() === true;
const isFile = async (path: string) => (await stat(path).catch(() => undefined))?.isFile() === true;
