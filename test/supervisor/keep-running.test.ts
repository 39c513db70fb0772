import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Journal, openJournal } from '../../src/supervisor/journal.ts';
import { type Kept, keepRunning, type Program } from '../../src/supervisor/keep-running.ts';

const READY = `console.log(JSON.stringify({ ready: true, pid: process.pid }));`;
const STAY = `setInterval(() => {}, 1000);`;
const waitFor = (check: () => void | Promise<void>) =>
  vi.waitFor(check, { timeout: 60_000, interval: 50 });
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('supervisor/keep-running', () => {
  let dir: string;
  let journal: Journal;
  const notices: string[] = [];
  const running: Kept[] = [];
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'wheelhouse-keep-'));
    journal = await openJournal(dir, 'role');
    notices.length = 0;
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((kept) => kept.stop(5000)));
    await journal.close();
    await rm(dir, { recursive: true });
  });

  function keep(script: string, more: Partial<Program> = {}): Kept {
    const kept = keepRunning(
      {
        name: 'role',
        argv: [process.execPath, '-e', script],
        env: process.env,
        announces: true,
        mayFinish: false,
        leash: false,
        ...more,
      },
      { journal, onLine: () => {}, notice: (text) => notices.push(text) },
    );
    running.push(kept);
    return kept;
  }
  const pids = async () =>
    [...(await readFile(journal.file, 'utf8')).matchAll(/"pid":(\d+)/g)].map(([, pid]) =>
      Number(pid),
    );

  it('gives what is in the background a smaller share of busy processors', async ({ skip }) => {
    if (!existsSync('/proc/self/autogroup')) skip('this system does not tell sessions apart');
    await keep(READY + STAY, { priority: 'low' }).ready;
    const [pid] = await pids();
    await waitFor(async () =>
      expect(await readFile(`/proc/${pid}/autogroup`, 'utf8')).toContain('nice 5'),
    );
  });

  it('starts again what is killed, at once the first time and with a pause the second', async () => {
    await keep(READY + STAY).ready;
    for (const times of [1, 2, 3]) {
      await waitFor(async () => expect(await pids()).toHaveLength(times));
      if (times < 3) process.kill((await pids()).at(-1) ?? 0, 'SIGKILL');
    }
    expect(notices).toEqual([
      `role exited with SIGKILL and is being restarted; see ${journal.file}`,
      `role exited with SIGKILL and is being restarted in 1 s; see ${journal.file}`,
    ]);
  });

  it('stops a process on request, and kills it after the deadline', async () => {
    const polite = keep(`${READY}${STAY}process.on('SIGTERM', () => process.exit(0));`);
    const deaf = keep(`process.on('SIGTERM', () => {});${READY}${STAY}`);
    await Promise.all([polite.ready, deaf.ready]);
    await polite.stop(10_000);
    await deaf.stop(100);
    await polite.stop(100);
    for (const pid of await pids()) expect(isAlive(pid)).toBe(false);
    expect(await pids()).toHaveLength(2);
    expect(notices).toEqual([]);
  });

  it('gives up on a process that never becomes ready, with its last output', async () => {
    const kept = keep(`console.error('REDIS_URL is not set'); process.exit(3);`);
    await expect(kept.ready).rejects.toThrow(
      'Starting role: it ended with exit code 3. Last output:\nREDIS_URL is not set',
    );
    expect(notices).toHaveLength(2);
  });

  it('does not restart a process with invalid settings, and reports it once', async () => {
    const kept = keep(
      `console.error('The slack adapter is only partly configured'); process.exit(2);`,
    );
    await expect(kept.ready).rejects.toThrow(
      /Last output:\nThe slack adapter is only partly configured$/,
    );
    expect(notices).toEqual([]);
  });

  it('says that a program is not there', async () => {
    const kept = keep('', { argv: ['/nowhere/at-all'] });
    await expect(kept.ready).rejects.toThrow(/spawn \/nowhere\/at-all ENOENT/);
  });

  it('lets go of what has finished', async () => {
    const kept = keep('console.log("all sent")', { announces: false, mayFinish: true });
    await kept.ready;
    await waitFor(async () => expect(await readFile(journal.file, 'utf8')).toBe('all sent\n'));
    await kept.stop(1000);
    expect(notices).toEqual([]);
  });

  it('stops in the pause before a new start', async () => {
    const kept = keep('process.exit(1)', { announces: false });
    await waitFor(() => expect(notices.at(-1)).toContain('in 2 s'));
    const before = notices.length;
    await kept.stop(5000);
    expect(notices).toHaveLength(before);
  });

  it('keeps the log of the run before', async () => {
    journal.write('first run');
    await journal.close();
    journal = await openJournal(dir, 'role');
    journal.write('second run');
    await journal.close();
    expect(await readFile(`${journal.file}.1`, 'utf8')).toBe('first run\n');
    expect(await readFile(journal.file, 'utf8')).toBe('second run\n');
  });
});
