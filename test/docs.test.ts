import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { commands } from '../commands/index.ts';
import { PARTS, Workspace } from '../config/schema.ts';
import { readSettings } from '../config/settings.ts';
import { FindingList, ModelBoard, ModelList, RUN_SORTS, RunList } from '../src/core/board.ts';
import { usageOf } from '../src/core/usage.ts';

/** Compares the keys, variables, commands and paths in the docs with the code. */
const ROOT = resolve(import.meta.dirname, '..');
const TOP = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'examples/flights/README.md'];
const PAGES = [...TOP, ...markdownIn('docs')].map((path) => ({ path, text: read(path) }));
const CONFIGURATION = read('docs/configuration.md');

describe('docs/configuration.md', () => {
  // Keys of monitor kinds, gates, data, pipelines, retraining, rollouts, targets and webhooks may be documented on
  // their own pages.
  const pages = PAGES.filter(({ path }) =>
    /^docs\/(monitor-.*|gates|data|github|kserve|mlflow|pipelines|retraining|rollout|targets|webhooks)\.md$/.test(
      path,
    ),
  );
  const rows = [CONFIGURATION, ...pages.map(({ text }) => text)]
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.startsWith('| `'));
  const cellsOf = (row: string) => row.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, ''));
  // A list or a map stands for environments here: the file's schema does not show what is in them.
  const keys = [Workspace, PARTS.environment]
    .flatMap((part) => keysOf(z.toJSONSchema(part, { io: 'input', unrepresentable: 'any' })))
    .filter(({ key }) => key !== 'gate'); // Nobody writes it: the kind of a gate follows from its keys.

  it('is compared with every part of the schema', () => {
    const names = keys.map(({ key }) => key);
    const expected = [
      'environments',
      'role',
      'min_rows',
      'psi_alert',
      'timeout_minutes',
      'choices',
    ];
    expect(names).toEqual(expect.arrayContaining(expected));
  });

  it.each(keys)('names $key, with its default', ({ key, fallback }) => {
    const named = rows.filter((row) => new RegExp(`\\b${key}\\b`).test(cellsOf(row)[0] ?? ''));
    expect(named).not.toEqual([]);
    if (typeof fallback !== 'number' && !(typeof fallback === 'string' && fallback !== '')) return;
    expect(named.filter((row) => row.includes(String(fallback)))).not.toEqual([]);
  });

  const environment = section('The environment');
  const settings = read('config/settings.ts');

  it('lists exactly the existing variables', () => {
    const variables = (settings.match(/^ {2}[A-Z_]+(?=:)/gm) ?? []).map((name) => name.trim());
    expect(variables).toContain('WHEELHOUSE_PORT');
    const told = [...environment.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name);
    expect(told.toSorted()).toEqual(variables.toSorted());
  });

  it('has the current defaults of variables', () => {
    const { home, ...read } = readSettings({});
    const told = (name: string) =>
      new RegExp(`^\\| \`${name}\` \\| \`([^\`]*)\``, 'm').exec(environment)?.[1] ?? '';
    expect(told('WHEELHOUSE_PORT')).toBe(String(read.port));
    expect(told('WHEELHOUSE_INFERENCE_PORT')).toBe(String(read.inferencePort));
    expect(told('WHEELHOUSE_HOST')).toBe(read.host);
    expect(resolve(told('WHEELHOUSE_HOME'))).toBe(home);
    expect(resolve(told('WHEELHOUSE_WORKSPACE'))).toBe(read.workspace);
    expect(told('WHEELHOUSE_LOG_LEVEL')).toBe(read.logLevel);
    expect(told('WHEELHOUSE_TRAININGS')).toBe(String(read.trainings));
    expect(told('WHEELHOUSE_DEMO')).toBe(read.demo ? '1' : '0');
  });
});

describe('docs/commands.md', () => {
  const text = read('docs/commands.md');
  const sections = new Map(text.split(/^## /m).map((part) => [part.split('\n')[0] ?? '', part]));

  it.each(commands.map((command) => [command.name, command] as const))(
    'describes %s',
    (name, command) => {
      const own = sections.get(name) ?? '';
      expect(own).toContain(command.summary);
      expect(own).toContain(`Role: \`${command.role}\``);
      expect(own).toContain(`\n${usageOf(command)}\n`);
      for (const example of command.examples) expect(own).toContain(`\n${example}\n`);
      for (const [key, option] of Object.entries(command.options)) {
        const isWord = option.pairs || command.words.includes(key);
        expect(own).toContain(isWord ? `| \`${option.placeholder}\` |` : `| \`--${key}`);
      }
    },
  );

  it('has no unknown commands', () => {
    const names = commands.map(({ name }) => name);
    const told = [...sections.keys()].filter((title) => /^[a-z]+$/.test(title));
    expect(told.toSorted()).toEqual(names.toSorted());
  });
});

describe('docs/api.md', () => {
  const text = read('docs/api.md');
  const examples = [...text.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(([, json = '']) => json);

  it('shows answers of the shapes that the server gives', () => {
    const shapes = [ModelList, ModelBoard, RunList, FindingList];
    expect(examples).toHaveLength(shapes.length);
    for (const [at, shape] of shapes.entries())
      expect(shape.safeParse(JSON.parse(examples[at] ?? '')).error?.message).toBeUndefined();
  });

  it('names every field of them, and every way to sort', () => {
    const fields = [ModelList, ModelBoard, RunList, FindingList].flatMap((shape) =>
      keysOf(z.toJSONSchema(shape)).map(({ key }) => key),
    );
    expect(fields).toContain('heatMaps');
    const missing = [...new Set(fields)].filter((key) => !text.includes(`"${key}"`));
    expect(missing).toEqual([]);
    for (const sort of RUN_SORTS) expect(text).toContain(`\`${sort}\``);
  });
});

describe.each(PAGES)('$path', ({ path, text }) => {
  it('has no broken links', () => {
    const broken = linksIn(text).filter((link) => !leads(path, link));
    expect(broken).toEqual([]);
  });

  it('shows no wheelhouse.yaml that would be refused', () => {
    for (const block of text.matchAll(/^```yaml\n# wheelhouse\.yaml\n([\s\S]*?)^```/gm)) {
      const parsed = Workspace.safeParse(parse(block[1] ?? ''));
      expect(parsed.error?.message).toBeUndefined();
    }
  });
});

it('some page shows a complete wheelhouse.yaml', () => {
  expect(CONFIGURATION).toContain('```yaml\n# wheelhouse.yaml\n');
});

interface Key {
  key: string;
  fallback: unknown;
}

/** Every property that a JSON schema names, at any depth. Names that a team chooses are left out. */
function keysOf(schema: unknown): Key[] {
  if (Array.isArray(schema)) return schema.flatMap(keysOf);
  if (!isRecord(schema)) return [];
  const { properties, default: _, ...rest } = schema;
  const own = Object.entries(isRecord(properties) ? properties : {}).flatMap(([key, value]) => [
    { key, fallback: isRecord(value) ? value['default'] : undefined },
    ...keysOf(value),
  ]);
  return [...own, ...Object.values(rest).flatMap(keysOf)];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function section(title: string): string {
  return CONFIGURATION.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';
}

function linksIn(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '');
  const markdown = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);
  const html = [...prose.matchAll(/(?:src|srcset|href)="([^"\s]+)"/g)].map(([, link]) => link);
  return [...markdown, ...html].flatMap((link) =>
    link === undefined || /^[a-z]+:/.test(link) ? [] : [link],
  );
}

function leads(from: string, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? from : join(dirname(from), file);
  // The story tests create these pictures, so skip the check where they never ran.
  if (target.startsWith('docs/images/') && !existsSync(join(ROOT, 'docs/images'))) return true;
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || anchorsIn(read(target)).includes(anchor);
}

/** Anchors as GitHub makes them from headings. */
function anchorsIn(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function markdownIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

describe('docs/operations.md, the table of guarantees', () => {
  const rows = [...read('docs/operations.md').matchAll(/^\| (.+) \| `(test\/\S+)` \| (.+) \|$/gm)];

  it('has a row for every attack', () => {
    expect(rows.length).toBeGreaterThan(30);
  });

  it.each(rows.map(([, promise, file, test]) => ({ promise, file, test })))(
    '$promise: has its test',
    ({ file = '', test = '' }) => {
      expect(read(file)).toContain(test);
    },
  );
});
