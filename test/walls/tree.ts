import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Source {
  /** Relative to the project's folder. */
  path: string;
  text: string;
  /** Files of the project by their path, everything else by the imported name. */
  imports: string[];
  /** Type-only imports, which are gone at run time. */
  typeImports: string[];
  /** Relative imports of files that do not exist. */
  unresolved: string[];
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCE = /\.(ts|tsx|mjs)$/;
/** Static imports and exports over several lines, bare imports, and import() of a literal. */
const IMPORTS = [
  /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
  /^\s*import\s*['"]([^'"]+)['"]/gm,
  /\bimport\s*\(\s*['"]([^'"]+)['"]\s*\)/g,
];

const TYPES = /^\s*(?:import|export)\s+type\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm;

/** Reads every source file below these folders of the project. */
export async function readTree(folders: readonly string[]): Promise<Source[]> {
  const paths = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(join(ROOT, folder), { recursive: true });
      return entries.filter((entry) => SOURCE.test(entry)).map((entry) => join(folder, entry));
    }),
  );
  return Promise.all(paths.flat().toSorted().map(readSource));
}

async function readSource(path: string): Promise<Source> {
  const text = await readFile(join(ROOT, path), 'utf8');
  const names = IMPORTS.flatMap((pattern) => namesIn(text, pattern));
  const resolved = (name: string) =>
    name.startsWith('.') ? normalize(join(dirname(path), name)) : name;
  const imports = new Set(names.map(resolved));
  const types = new Set(namesIn(text, TYPES).map(resolved));
  return {
    path,
    text,
    imports: [...imports],
    typeImports: [...types],
    unresolved: names
      .filter((name) => name.startsWith('.') && !existsSync(join(ROOT, resolved(name))))
      .map((name) => `${path} imports ${resolved(name)}`),
  };
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

/** @returns the first import cycle found, as `a → b → a` */
export function cycleIn(tree: readonly Pick<Source, 'path' | 'imports'>[]): string | undefined {
  const files = new Map(tree.map((source) => [source.path, source.imports]));
  const done = new Set<string>();
  const search = (path: string, way: readonly string[]): string | undefined => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path].join(' → ');
    if (done.has(path)) return undefined;
    for (const target of files.get(path) ?? []) {
      const cycle = files.has(target) ? search(target, [...way, path]) : undefined;
      if (cycle) return cycle;
    }
    done.add(path);
    return undefined;
  };
  for (const path of files.keys()) {
    const cycle = search(path, []);
    if (cycle) return cycle;
  }
  return undefined;
}
