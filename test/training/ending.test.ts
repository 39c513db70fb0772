import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRunFolders } from '../../src/training/folders.ts';
import { ProgramFailed } from '../../src/training/program-failed.ts';
import { builtProgram } from '../built.ts';
import { someOf } from '../sweep.ts';
import { createRunner, lives, until } from './runner.ts';

const runner = await createRunner();
afterAll(() => rm(runner.root, { recursive: true, force: true }));

/** A program that starts another, prints both IDs and never ends. */
const FAMILY = `
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  console.log('family ' + process.pid + ' ' + child.pid);
  setInterval(() => {}, 1000);`;

/** Ignores SIGTERM. */
const DEAF = `process.on('SIGTERM', () => console.log('no'));${FAMILY}`;

async function familyOf(run: string, folders = runner.folders): Promise<number[]> {
  return until('the program has named its family', async () => {
    const said = (await folders.tail(run, 20)).find((line) => line.startsWith('family'));
    return said?.split(' ').slice(1).map(Number);
  });
}

/** What a program that is over has said of its family: nothing if it was ended before that. */
async function namedBy(run: string): Promise<number[]> {
  const [said] = await runner.folders.tail(run, 1);
  return said?.split(' ').slice(1).map(Number) ?? [];
}

async function gone(family: readonly number[]): Promise<void> {
  await until('the whole family is gone', async () => !family.some(lives));
}

async function start(script: string, more: { timeoutMs?: number } = {}) {
  const controller = new AbortController();
  const order = await runner.order([process.execPath, '-e', script], {
    ...more,
    signal: controller.signal,
  });
  const ended = runner.programs.run(order).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { order, ended, abort: (why: string) => controller.abort(new Error(why)) };
}

const MOMENTS = Array.from({ length: 15 }, (_, at) => 8 * at);

// They wait for most of their time.
describe.concurrent('training/process: ending', () => {
  it('ends a program that takes too long, and its children', async () => {
    const { order, ended } = await start(FAMILY, { timeoutMs: 3000 });
    const error = await ended;
    expect(error).toBeInstanceOf(ProgramFailed);
    expect(String(error)).toContain('was stopped after 0.05 minutes');
    await gone(await namedBy(order.request.run));
  });

  it('waits as long as a timeout says that no timer can hold', async () => {
    const { error } = await runner.run('setTimeout(() => {}, 300)', { timeoutMs: 2 ** 40 });
    expect(error).toBeUndefined();
  });

  it('ends a cancelled program, and its children', async () => {
    const { order, ended, abort } = await start(FAMILY);
    const family = await familyOf(order.request.run);
    abort('cancelled by dev');
    expect(String(await ended)).toContain('cancelled by dev');
    await gone(family);
  });

  it('ends a program that ignores SIGTERM', async () => {
    const { order, ended, abort } = await start(DEAF);
    const family = await familyOf(order.request.run);
    abort('cancelled by dev');
    expect(String(await ended)).toContain('cancelled by dev');
    await gone(family);
    expect(await runner.folders.tail(order.request.run, 1)).toEqual(['no']);
  });

  it('starts nothing after it was cancelled, at any moment', async () => {
    const before = await start(FAMILY);
    before.abort('while its request was being written');
    expect(String(await before.ended)).toContain('while its request was being written');
    expect(await runner.folders.tail(before.order.request.run, 1)).toEqual([]);

    // From the first step of the leash to the program itself.
    for (const ms of someOf('moment of a cancellation', MOMENTS, 3)) {
      const { order, ended, abort } = await start(FAMILY);
      setTimeout(() => abort('just now'), ms);
      expect(String(await ended)).toContain('just now');
      await gone(await namedBy(order.request.run));
    }
  });

  it('lets nothing outlive a program that has ended well', async () => {
    const { order, ended } = await start(
      FAMILY.replace('setInterval(() => {}, 1000);', 'process.exit(0);'),
    );
    expect(await ended).toBeUndefined();
    await gone(await familyOf(order.request.run));
  });

  it.each([
    ['a program', FAMILY],
    ['a program that does not want to end', DEAF],
  ])('%s goes when its worker is killed', async (_, script) => {
    const worker = spawn(
      process.execPath,
      [builtProgram('test/training/worker-child.ts'), script],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      const [line] = await once(createInterface({ input: worker.stdout }), 'line');
      const { root, run } = z
        .object({ root: z.string(), run: z.string() })
        .parse(JSON.parse(String(line)));
      const family = await familyOf(run, createRunFolders(root));
      expect(family.every(lives)).toBe(true);
      worker.kill('SIGKILL');
      await gone(family);
      await rm(root, { recursive: true });
    } finally {
      worker.kill('SIGKILL');
    }
  });
});
