import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, extname, join, resolve } from 'node:path';
import { type Fault, fieldsOf } from './faults.ts';

/** Endings of words in an argument vector that name a file. */
const SCRIPTS = [
  '.py',
  '.ts',
  '.mts',
  '.cts',
  '.js',
  '.mjs',
  '.cjs',
  '.sh',
  '.r',
  '.jl',
  '.rb',
  '.pl',
  '.ipynb',
];

/** Programs of a workspace that are not found on this machine, and missing files in their argument vectors. */
export async function programFaults(raw: unknown, folder: string, path: string): Promise<Fault[]> {
  const file = fieldsOf(raw);
  const programs = Object.entries(fieldsOf(file['models'])).flatMap(([name, model]) => [
    ...['dataset', 'train'].map((key) => ({
      path: ['models', name, key],
      argv: fieldsOf(model)[key],
    })),
    ...Object.entries(fieldsOf(fieldsOf(model)['data'])).map(([source, given]) => ({
      path: ['models', name, 'data', source, 'run'],
      argv: fieldsOf(given)['run'],
    })),
    ...inTargets(['models', name], model),
    ...Object.entries(fieldsOf(fieldsOf(model)['environments'])).flatMap(([where, rules]) =>
      inTargets(['models', name, 'environments', where], rules),
    ),
  ]);
  const rules = Object.entries(fieldsOf(file['environments']));
  const ofTargets = rules.flatMap(([name, given]) => inTargets(['environments', name], given));
  const all = [...programs, ...ofTargets, { path: ['traffic'], argv: file['traffic'] }];
  const faults = await Promise.all(
    all.map(async ({ path: place, argv }) => {
      if (!Array.isArray(argv)) return [];
      const words = argv.filter((word) => typeof word === 'string');
      const missing = await Promise.all(
        words.map((word, at) =>
          at === 0 ? missingProgram(word, folder, path) : missingFile(word, folder),
        ),
      );
      return missing.flatMap((fault, at) =>
        fault === undefined ? [] : [{ path: [...place, at], words: fault }],
      );
    }),
  );
  return faults.flat();
}

function inTargets(place: readonly string[], rules: unknown) {
  return Object.entries(fieldsOf(fieldsOf(rules)['targets'])).flatMap(([target, given]) =>
    ['apply', 'remove', 'observe'].map((key) => ({
      path: [...place, 'targets', target, key],
      argv: fieldsOf(given)[key],
    })),
  );
}

async function missingProgram(
  word: string,
  folder: string,
  path: string,
): Promise<string | undefined> {
  const places = word.includes('/')
    ? [resolve(folder, word)]
    : path.split(delimiter).map((place) => join(place, word));
  for (const place of places) if (await isProgram(place)) return undefined;
  if (word.includes('/'))
    return (await exists(resolve(folder, word)))
      ? `${word} is not executable; run chmod +x, or put its interpreter first`
      : `there is no ${word} in ${folder}`;
  return `"${word}" is not on PATH; install it, or write its full path`;
}

async function missingFile(word: string, folder: string): Promise<string | undefined> {
  if (word.startsWith('-') || !SCRIPTS.includes(extname(word).toLowerCase())) return undefined;
  return (await exists(resolve(folder, word))) ? undefined : `there is no ${word} in ${folder}`;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function isProgram(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return (
    found?.isFile() === true &&
    access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
  );
}
