import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFolderStore } from '../../src/objects/folder/store.ts';
import { createSharedFolder } from '../../src/objects/shared-folder.ts';
import { createRunLogs } from '../../src/wiring/run-logs.ts';
import { openLibrary } from '../registry/server.ts';

describe('objects/shared-folder', async () => {
  const library = await openLibrary();
  const { sharedFiles } = library.registry;
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'shared-'));
  });
  afterAll(async () => {
    await library.close();
    await rm(root, { recursive: true, force: true });
  });

  let count = 0;
  /** As on one machine. */
  const machine = () => {
    count += 1;
    const home = join(root, `machine-${count}`);
    const objects = createFolderStore(join(root, 'objects'));
    return { home, shared: createSharedFolder(home, objects, sharedFiles) };
  };
  async function write(home: string, space: string, name: string, text: string): Promise<void> {
    await mkdir(join(home, space), { recursive: true });
    await writeFile(join(home, space, name), text);
  }
  const textOf = (home: string, space: string, name: string) =>
    readFile(join(home, space, name), 'utf8');

  it('has each file on every machine, and its new bytes once it grew', async () => {
    const space = 'predictions/a@production';
    const [one, other] = [machine(), machine()];
    await write(one.home, space, 'x', 'one line\n');
    await one.shared.publish(space, 'x');
    await other.shared.fetch(space);
    expect(await textOf(other.home, space, 'x')).toBe('one line\n');
    await write(one.home, space, 'x', 'one line\nand another\n');
    await one.shared.publish(space, 'x');
    await other.shared.fetch(space);
    expect(await textOf(other.home, space, 'x')).toBe('one line\nand another\n');
    expect(await one.shared.spaces('predictions/a')).toEqual([space]);
  });

  it('replaces files by one that holds them, on every machine', async () => {
    const space = 'predictions/b@production';
    const [writer, monitor, worker] = [machine(), machine(), machine()];
    for (const name of ['1', '2']) {
      await write(writer.home, space, name, `raw ${name}`);
      await writer.shared.publish(space, name);
    }
    await monitor.shared.fetch(space);
    await write(monitor.home, space, '1-2', 'both');
    for (const name of ['1', '2']) await rm(join(monitor.home, space, name));
    await write(monitor.home, space, 'notes.tmp', 'not to be shared');
    await monitor.shared.publishAll(space, (name) => !name.endsWith('.tmp'));
    await worker.shared.fetch(space);
    expect(await readdir(join(worker.home, space))).toEqual(['1-2']);
    // Repeating it has no effect.
    await monitor.shared.publishAll(space, (name) => !name.endsWith('.tmp'));
    expect((await sharedFiles.list(space)).map(({ name }) => name)).toEqual(['1-2']);
  });

  it('takes nothing from the others that was never here, or cannot be read here', async () => {
    const space = 'predictions/c@production';
    const [writer, monitor] = [machine(), machine()];
    for (const name of ['here', 'damaged here', 'not here yet']) {
      await write(writer.home, space, name, name);
      if (name === 'not here yet') await monitor.shared.fetch(space);
      await writer.shared.publish(space, name);
    }
    const damaged = join(monitor.home, space, 'damaged');
    await mkdir(damaged);
    await rename(join(monitor.home, space, 'damaged here'), join(damaged, 'damaged here'));
    await monitor.shared.publishAll(space, (name) => name !== 'damaged');
    const names = (await sharedFiles.list(space)).map(({ name }) => name);
    expect(names).toEqual(['damaged here', 'here', 'not here yet']);
  });

  it('shows the log of a run on another machine, over restarts of the worker', async () => {
    const [first, second, bot] = [machine(), machine(), machine()];
    const failed = (error: unknown) => {
      throw error;
    };
    const logsOf = ({ home }: typeof first) => {
      const objects = createFolderStore(join(root, 'objects'));
      const shared = createSharedFolder(join(home, 'shared'), objects, sharedFiles);
      return createRunLogs(home, shared, failed);
    };
    const [one, two, reader] = [logsOf(first), logsOf(second), logsOf(bot)];
    expect(await reader.tail('run-1', 10)).toEqual([]);
    for (const line of ['a', 'b', 'c']) await one.log('run-1', line);
    await one.flush();
    await one.log('run-1', 'd');
    await one.flush();
    expect(await reader.tail('run-1', 10)).toEqual(['a', 'b', 'c', 'd']);
    // The worker died, and another one continues the run.
    await two.log('run-1', 'e');
    expect(await two.tail('run-1', 3)).toEqual(['c', 'd', 'e']);
    await expect(reader.tail('../run-1', 1)).rejects.toThrow(/is not the id of a run/);
  });
});
