import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskFull } from '../../src/core/disk.ts';
import { inWords, type WheelhouseError } from '../../src/core/errors.ts';
import { createFolderArtifacts } from '../../src/objects/artifacts.ts';
import { createRunFolders } from '../../src/training/folders.ts';
import { createDiskNotice } from '../../src/wiring/disk-notice.ts';
import { flights } from '../training/spec.ts';
import { answered, at, FLIGHTS, openLog, tailed } from './rows.ts';

const run = promisify(execFile);

/** A separate file system of one megabyte, or why there is none. */
const disk = await mkdtemp(join(tmpdir(), 'small-disk-'));
const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]).then(
  () => true,
  () => false,
);
if (!mounted) console.warn('skipped: a small file system can only be mounted as root');

const ballast = join(disk, 'ballast');
const fill = async () => {
  await writeFile(ballast, Buffer.alloc(2e6)).catch(() => {});
};
const free = () => rm(ballast, { force: true });

beforeEach(fill);
afterEach(free);
afterAll(async () => {
  if (mounted) await run('umount', [disk]);
  await rm(disk, { recursive: true });
});

// Waits for the disk, which takes time on a busy machine.
describe.skipIf(!mounted)('a disk that is really full', () => {
  const full = /the disk of \S+ is full \(0 bytes free\), so nothing was stored\. Free space on it/;

  it('is reported by artifacts, which leave no files behind and continue when there is space', async () => {
    const artifacts = createFolderArtifacts(join(disk, 'artifacts'));
    const bytes = Buffer.alloc(100_000, 1);
    const failed = await artifacts.putBytes(bytes).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(DiskFull);
    expect(inWords(failed)).toMatch(full);
    await free();
    const { sha256 } = await artifacts.putBytes(bytes);
    expect(await artifacts.read(sha256)).toEqual(bytes);
  });

  it('is named by the log of a run', async () => {
    const folders = createRunFolders(join(disk, 'runs'));
    const lines = async () => {
      for (let line = 0; line < 10; line += 1) await folders.log('run-1', 'x'.repeat(4096));
    };
    expect(inWords(await lines().catch((error: unknown) => error))).toMatch(full);
    await free();
    await folders.log('run-1', 'and on');
    expect(await folders.tail('run-1', 1)).toEqual(['and on']);
  });

  it('is reported once by the prediction log, in the channel too, and no row is lost that could be kept', async () => {
    const problems: WheelhouseError[] = [];
    const told: string[] = [];
    const tell = async (_: unknown, ...rest: unknown[]) => void told.push(JSON.stringify(rest));
    const models = { list: () => [{ ...flights, homes: [{ platform: 'web', channel: 'f' }] }] };
    const onDisk = createDiskNotice(models, { open: tell, show: tell }, { warn: console.warn });
    const dir = join(disk, 'log');
    const log = openLog(dir, { onProblem: (problem) => problems.push(problem), onDisk });
    for (let row = 0; row < 100; row += 1) {
      log.predictions(answered(`a${row}`, row));
      if (row % 10 === 9) await log.flush();
    }
    expect(problems.map(inWords)).toEqual([
      expect.stringMatching(
        /^logging predictions: the disk of \S+ is full \(0 bytes free\), so new ones wait/,
      ),
    ]);
    const label = { id: 'a0', model: 'flights', label: 1, received: at(0) };
    const refused = log.labels(FLIGHTS, [label]).catch((error: unknown) => error);
    await log.flush();
    expect(inWords(await refused)).toMatch(/is full .* send them again/);

    await free();
    await log.flush();
    expect((await tailed(dir)).map(({ row }) => row?.id)).toEqual(
      Array.from({ length: 100 }, (_, row) => `a${row}`),
    );
    await log.close();
    await expect.poll(() => told.length).toBe(3);
    expect(told[0]).toContain('cannot be logged: the disk is full');
    expect(told.at(-1)).toContain('are logged again');
    expect(told.at(-1)).toContain('No rows were lost');
  });
});
