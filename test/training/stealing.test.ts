import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refused } from '../../src/core/errors.ts';
import { createPrograms } from '../../src/training/process.ts';
import { createRunAs } from '../../src/training/run-as.ts';
import { createRunner } from './runner.ts';

const runner = await createRunner();
const artifact = join(runner.root, 'artifacts', 'd8', 'dataset');
const secrets = ['token', 'redis/redis.conf', 'store/password', 'predictions/rows', 'logs/bot.log'];
beforeAll(async () => {
  await chmod(runner.root, 0o755);
  for (const file of [...secrets, 'artifacts/d8/dataset']) {
    await mkdir(join(runner.root, file, '..'), { recursive: true });
    await writeFile(join(runner.root, file), 'a secret of ours');
  }
});
afterAll(() => rm(runner.root, { recursive: true, force: true }));

/** Tries to read everything it can reach, and prints what it got. */
const THIEF = `
  const fs = require('node:fs');
  const got = [];
  const attempt = (what, act) => { try { act(); got.push(what); } catch {} };
  for (let pid = process.ppid; pid > 0; ) {
    for (const file of ['environ', 'mem', 'maps', 'fd/0'])
      attempt('process ' + file, () => fs.closeSync(fs.openSync('/proc/' + pid + '/' + file)));
    attempt('cwd', () => fs.readlinkSync('/proc/' + pid + '/cwd'));
    attempt('kill', () => process.kill(pid, 'SIGURG'));
    const stat = fs.readFileSync('/proc/' + pid + '/stat', 'utf8');
    pid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  }
  for (const file of ${JSON.stringify(secrets)})
    attempt(file, () => fs.readFileSync('${runner.root}/' + file));
  attempt('listing', () => fs.readdirSync('${runner.root}/runs-of-others'));
  attempt('overwriting the data', () => fs.writeFileSync(process.env.WHEELHOUSE_DATA, 'x'));
  fs.readFileSync(process.env.WHEELHOUSE_DATA);
  fs.readFileSync(process.env.WHEELHOUSE_REQUEST);
  fs.writeFileSync(process.env.WHEELHOUSE_RUN_DIR + '/model.onnx', 'x');
  fs.writeFileSync(process.env.HOME + '/.cache', 'x');
  console.log(JSON.stringify({ uid: process.getuid(), groups: process.getgroups(), got }));
  console.log('{"artifact":"model","path":"model.onnx"}');`;

describe.skipIf(process.getuid?.() !== 0)(
  'training: a program that steals, where the worker is root',
  () => {
    const warnings: string[] = [];
    const as = (wanted: string | undefined) =>
      createPrograms(
        runner.folders,
        createRunAs({
          ...{ wanted, home: runner.root, path: '/usr/bin:/bin' },
          warn: (words) => warnings.push(words),
        }),
      );
    const order = () =>
      runner.order([process.execPath, '-e', THIEF], { request: { data: artifact } });

    it.each([
      ['a user of its own', undefined],
      ['the user that is named', 'nobody'],
    ])('gets nothing, as %s, and can do its work', async (_, wanted) => {
      const given = await order();
      const { artifacts } = await as(wanted).run(given);
      const [line = ''] = await runner.folders.tail(given.request.run, 1);
      const said = JSON.parse(line);
      expect(said.got).toEqual([]);
      expect(said.uid).toBeGreaterThan(0);
      expect(said.groups).not.toContain(0);
      expect(await readFile(artifacts['model'] ?? '', 'utf8')).toBe('x');
      expect(await readFile(artifact, 'utf8')).toBe('a secret of ours');
      expect(warnings).toEqual([]);
    });

    it('cannot read the folder of another run', async () => {
      const other = await order();
      await as(undefined).run(other);
      expect((await stat(other.runDir)).mode & 0o077).toBe(0);
      const thief = await runner.order(['sh', '-c', `ls ${other.runDir}`]);
      await expect(as(undefined).run(thief)).rejects.toThrow(/Permission denied/);
    });

    it('is reported if it has to run as root, and refused if that is not allowed', async () => {
      const closed = join(runner.root, 'closed');
      await mkdir(closed, { mode: 0o700 });
      const given = await runner.order(['id', '-u'], { folder: closed });
      await as(undefined).run(given);
      expect(await runner.folders.tail(given.request.run, 1)).toEqual(['0']);
      expect(warnings.splice(0)).toEqual([
        expect.stringContaining(`${closed} is closed to other users`),
      ]);
      await expect(as('nobody').run(given)).rejects.toThrow(Refused);
      await expect(as('no-such-user').run(given)).rejects.toThrow(/there is no such user/);
      await expect(as('root').run(given)).resolves.toBeDefined();
    });
  },
);
