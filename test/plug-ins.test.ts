import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { commands } from '../commands/index.ts';
import { PARTS, Workspace } from '../config/schema.ts';
import { jobs } from '../jobs/index.ts';
import { split } from '../src/core/split.ts';
import { usageOf } from '../src/core/usage.ts';
import { sourceKinds } from '../src/data/sources/index.ts';
import { assign } from '../src/dispatch/words.ts';
import { monitorKinds } from '../src/monitoring/kinds/index.ts';
import { objectStoreKinds } from '../src/objects/index.ts';
import { platforms } from '../src/platforms/index.ts';
import { targetKinds } from '../src/release/targets/index.ts';
import { tasks } from '../src/tasks/index.ts';
import { engineKinds } from '../src/training/engines/index.ts';
import { createWorld } from './fakes/world.ts';

const fileAt = (path: string) => new URL(`../${path}`, import.meta.url);

/** The plug-ins in a folder, by name. Subfolders hold shared steps. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(fileAt(folder), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name !== 'index.ts')
    .map((entry) => entry.name.replace(/\.ts$/, ''))
    .toSorted();
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(fileAt(folder), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}

const namesOf = (list: readonly { name: string }[]) => list.map(({ name }) => name);

describe('plug-ins', () => {
  it('commands/index.ts lists the files of commands/, each command by the name of its file', async () => {
    expect(namesOf(commands).toSorted()).toEqual(await filesIn('commands'));
  });

  it('jobs/index.ts lists the files of jobs/, each job by the name of its file', async () => {
    expect(namesOf(jobs).toSorted()).toEqual(await filesIn('jobs'));
  });

  it('src/tasks/index.ts lists the folders of src/tasks, each task by the name of its folder', async () => {
    expect(namesOf(tasks).toSorted()).toEqual(await foldersIn('src/tasks'));
  });

  it('src/platforms/index.ts lists the folders of src/platforms that are not our own', async () => {
    // Web, terminal and MCP are always on, and share an HTTP server.
    const own = ['http', 'mcp', 'terminal', 'web'];
    // Handles requests but is no chat, so the chat suite does not apply.
    const systems = ['github'];
    expect([...namesOf(platforms), ...own, ...systems].toSorted()).toEqual(
      await foldersIn('src/platforms'),
    );
  });

  it.each(namesOf(platforms))('%s has a page and passes the contract suite', async (name) => {
    expect(existsSync(fileAt(`docs/${name}.md`))).toBe(true);
    const suite = await readFile(fileAt(`test/platforms/${name}/contract.test.ts`), 'utf8');
    expect(suite).toMatch(/^platformContract\(/m);
  });

  it('src/data/sources/index.ts lists the folders of src/data/sources', async () => {
    expect(namesOf(sourceKinds).toSorted()).toEqual(await foldersIn('src/data/sources'));
  });

  it.each(namesOf(sourceKinds))('the data source %s passes the contract suite', async (name) => {
    const suite = await readFile(fileAt(`test/data/sources/${name}/contract.test.ts`), 'utf8');
    expect(suite).toMatch(/^dataSourceContract\(/m);
  });

  it('src/release/targets/index.ts lists the folders of src/release/targets', async () => {
    expect(namesOf(targetKinds).toSorted()).toEqual(await foldersIn('src/release/targets'));
  });

  it.each(namesOf(targetKinds))('the target %s passes the contract suite', async (name) => {
    const suite = await readFile(fileAt(`test/release/targets/${name}/contract.test.ts`), 'utf8');
    expect(suite).toMatch(/^targetContract\(/m);
  });

  it('src/objects/index.ts lists the folders of src/objects', async () => {
    expect(namesOf(objectStoreKinds).toSorted()).toEqual(await foldersIn('src/objects'));
  });

  it.each(namesOf(objectStoreKinds))(
    'the object store %s passes the contract suite',
    async (name) => {
      const suite = await readFile(fileAt(`test/objects/${name}/contract.test.ts`), 'utf8');
      expect(suite).toMatch(/^objectStoreContract\(/m);
    },
  );

  it('src/training/engines/index.ts lists the folders of src/training/engines', async () => {
    expect(namesOf(engineKinds).toSorted()).toEqual(await foldersIn('src/training/engines'));
  });

  it.each(namesOf(engineKinds))('the engine %s passes the contract suite', async (name) => {
    const suite = await readFile(fileAt(`test/training/engines/${name}/contract.test.ts`), 'utf8');
    expect(suite).toMatch(/^engineContract\(/m);
  });

  it.each(namesOf(monitorKinds))('wheelhouse.yaml may have a monitor of the kind %s', (kind) => {
    expect(PARTS.monitor.parse({ kind })).toMatchObject({ kind });
  });

  it.each(namesOf(tasks))('wheelhouse.yaml may have a model of the task %s', async (task) => {
    const file = parse(await readFile(fileAt('examples/flights/wheelhouse.yaml'), 'utf8'));
    const { models } = Workspace.parse({
      ...file,
      models: { any: { ...file.models.flights, task } },
    });
    expect(models['any']?.task).toBe(task);
  });

  it.each([
    ...[...namesOf(commands), ...namesOf(jobs), ...namesOf(platforms)],
    ...[
      ...namesOf(monitorKinds),
      ...namesOf(tasks),
      ...namesOf(sourceKinds),
      ...namesOf(targetKinds),
      ...namesOf(engineKinds),
    ],
  ])('%s is a name in kebab case', (name) => {
    expect(name).toMatch(/^[a-z]+\d?(-[a-z]+)*$/);
  });

  describe.each(commands.map((command) => ({ name: command.name, command })))(
    '/$name',
    ({ command }) => {
      it('has examples that fit its options', () => {
        expect(command.examples).not.toEqual([]);
        for (const example of command.examples) {
          const [name, ...words] = split(example);
          expect(name).toBe(`/${command.name}`);
          const input = assign(command, words);
          const faults = Object.entries(command.options).filter(
            ([key, { schema }]) => !schema.safeParse(input[key]).success,
          );
          expect(faults.map(([key]) => key)).toEqual([]);
        }
      });

      it('takes as plain words only options that it has', () => {
        for (const word of command.words) expect(Object.keys(command.options)).toContain(word);
      });
    },
  );

  it('help mentions every command and its usage', async () => {
    const help = commands.find(({ name }) => name === 'help');
    const asking = {
      id: 'one',
      by: { id: 'dev', name: 'Dev', role: 'viewer', on: ['web'] },
      from: { platform: 'web', channel: 'general' },
      account: { platform: 'web', user: 'dev' },
    } as const;
    const reply = JSON.stringify(await help?.call({}, createWorld(), asking));
    for (const command of commands) {
      expect(reply).toContain(JSON.stringify(usageOf(command)));
      expect(reply).toContain(JSON.stringify(command.summary));
    }
  });
});
