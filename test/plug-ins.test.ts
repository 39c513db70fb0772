import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { commands } from '../commands/index.ts';
import { jobs } from '../jobs/index.ts';
import { split } from '../src/core/split.ts';
import { usageOf } from '../src/core/usage.ts';
import { assign } from '../src/dispatch/words.ts';
import { tasks } from '../src/tasks/index.ts';
import { createWorld } from './fakes/world.ts';

/** What a folder of plug-ins holds, by name; folders in it hold their shared steps. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(new URL(`../${folder}`, import.meta.url), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name !== 'index.ts')
    .map((entry) => entry.name.replace(/\.ts$/, ''))
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
    const entries = await readdir(new URL('../src/tasks', import.meta.url), {
      withFileTypes: true,
    });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    expect(namesOf(tasks).toSorted()).toEqual(folders.toSorted());
  });

  it.each([...namesOf(commands), ...namesOf(jobs), ...namesOf(tasks)])(
    '%s is a name in kebab case',
    (name) => {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    },
  );

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
