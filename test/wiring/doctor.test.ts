import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readWhatIsRight } from '../../config/settings.ts';
import { platforms } from '../../src/platforms/index.ts';
import { runDoctor, runPlatformDoctor } from '../../src/wiring/doctor.ts';
import { examineStore } from '../../src/wiring/doctor-servers.ts';
import { writeInstallText } from '../../src/wiring/install.ts';
import { BUILT } from '../built.ts';
import { openDesk } from '../queue/desk.ts';
import { openLibrary } from '../registry/server.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-doctor-'));
const desk = await openDesk();
const library = await openLibrary();
afterAll(async () => {
  await desk.close();
  await library.close();
  await rm(folder, { recursive: true });
});

const SECRET = `very-secret-${randomBytes(4).toString('hex')}`;
const WELL = {
  REDIS_URL: desk.url,
  MONGODB_URI: library.uri,
  WHEELHOUSE_TOKEN: SECRET,
  WHEELHOUSE_USER: 'ops',
};

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** The real program, with only the given environment. */
function wheelhouse(words: string[], env: Record<string, string> = {}): Promise<Ended> {
  const { PATH = '' } = process.env;
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [BUILT.cli, ...words],
      { cwd: ROOT, env: { PATH, ...env } },
      (_error, stdout, stderr) => done({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

/** As the program does it, without starting it. */
async function examined(env: Record<string, string> = {}, json = false) {
  let stdout = '';
  const { PATH = '' } = process.env;
  const write = (text: string) => (stdout += text);
  const ok = await runDoctor({ json }, { write }, readWhatIsRight({ PATH, ...env }));
  return { ok, stdout };
}

const Report = z.object({
  ok: z.boolean(),
  findings: z.array(
    z.object({
      area: z.string(),
      what: z.string(),
      ok: z.boolean(),
      next: z.string().optional(),
    }),
  ),
});
const faultsIn = ({ stdout }: Pick<Ended, 'stdout'>) =>
  Report.parse(JSON.parse(stdout)).findings.filter(({ ok }) => !ok);

describe('wheelhouse doctor', () => {
  it('finds nothing where all is well, one line each', async () => {
    const { code, stdout, stderr } = await wheelhouse(['doctor'], WELL);
    expect(stderr).toBe('');
    const lines = stdout.trimEnd().split('\n');
    const areas = ['node', 'environment', 'workspace', 'Redis', 'MongoDB'];
    for (const area of [...areas, ...platforms.map(({ name }) => name)])
      expect(lines.filter((line) => line.startsWith(`✔ ${area} `))).not.toEqual([]);
    const keeps = lines.filter((line) => !line.startsWith('✔'));
    // A Redis of the user may be configured less carefully than ours.
    expect(keeps.filter((line) => !process.env['REDIS_URL'] || !line.includes('Redis'))).toEqual(
      [],
    );
    if (!process.env['REDIS_URL']) expect(code).toBe(0);
    // In columns: the details begin at the same place in each line.
    expect(new Set(lines.map((line) => /^. \S+ +/.exec(line)?.[0].length)).size).toBe(1);
  });

  it('looks at everything although most of it is broken, and quotes no secret', async () => {
    await mkdir(join(folder, 'broken'));
    await writeFile(join(folder, 'broken/wheelhouse.yaml'), 'name: X\nchanels: {}\n');
    const broken = await wheelhouse(['doctor', '--json'], {
      REDIS_URL: `redis://someone:${SECRET}@127.0.0.1:1`,
      MONGODB_URI: `mongodb://someone:${SECRET}@127.0.0.1:1/wheelhouse?serverSelectionTimeoutMS=300`,
      WHEELHOUSE_TOKEN: 'short',
      WHEELHOUSE_PORT: 'a port',
      WHEELHOUSE_WORKSPACE: join(folder, 'broken'),
      SLACK_BOT_TOKEN: `xoxb-${SECRET}`,
      DISCORD_TOKEN: SECRET,
    });
    expect(broken.code).toBe(1);
    const faults = faultsIn(broken);
    const of = (area: string) => faults.filter((one) => one.area === area);
    expect(of('environment')[0]?.what).toMatch(/WHEELHOUSE_PORT.*WHEELHOUSE_TOKEN/s);
    expect(of('environment')[0]?.next).toBe('docs/configuration.md explains every key.');
    expect(of('workspace')[0]?.what).toContain('chanels');
    expect(of('Redis')[0]).toMatchObject({ next: 'Start it, or correct REDIS_URL.' });
    expect(of('MongoDB')[0]).toMatchObject({ next: 'Start it, or correct MONGODB_URI.' });
    expect(of('slack')[0]?.what).toContain('SLACK_APP_TOKEN or SLACK_SIGNING_SECRET is missing');
    expect(of('discord')[0]?.what).toContain('DISCORD_APPLICATION_ID is missing');
    expect(broken.stdout + broken.stderr).not.toContain(SECRET);
  });

  it('names missing settings, and lists the people', async () => {
    const bare = await examined({ WHEELHOUSE_USER: 'nobody' });
    expect(bare.ok).toBe(false);
    for (const words of [
      /✖ Redis +REDIS_URL is not set/,
      /✖ MongoDB +MONGODB_URI is not set/,
      /✖ environment +WHEELHOUSE_TOKEN is not set +Set it to a secret/,
      /WHEELHOUSE_USER "nobody" is not in this workspace +Set it to the owner of the token: dev, lead/,
    ])
      expect(bare.stdout).toMatch(words);
  });

  it('checks one platform, and says what its cards need', async () => {
    let stdout = '';
    const write = (text: string) => (stdout += text);
    const bare = readWhatIsRight({});
    expect(await runPlatformDoctor('slack', { json: false }, { write }, bare)).toBe(false);
    expect(stdout).toMatch(
      /✖ slack cards +the cards were not validated: slack is not configured +Set SLACK_BOT_TOKEN/,
    );
    expect(stdout).not.toContain('Redis');
    await expect(runPlatformDoctor('irc', { json: false }, { write }, bare)).rejects.toThrow(
      'no platform "irc"',
    );
  });

  it('examines an adapter that is open, and the channels that lead there', async () => {
    const workspace = join(folder, 'mapped');
    await mkdir(workspace);
    const example = await readFile(join(ROOT, 'examples/flights/wheelhouse.yaml'), 'utf8');
    await writeFile(join(workspace, 'wheelhouse.yaml'), example);
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.setHeader('content-type', 'application/json');
      response.end('{"ok":false,"error":"invalid_auth"}');
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const slack = {
      SLACK_BOT_TOKEN: `xoxb-${SECRET}`,
      SLACK_SIGNING_SECRET: SECRET,
      SLACK_API_URL: `http://127.0.0.1:${port}/api/`,
    };
    const ended = await examined({ ...WELL, WHEELHOUSE_WORKSPACE: workspace, ...slack }, true);
    server.close();
    expect(asked).toContain('/api/auth.test');
    const faults = faultsIn(ended).filter(({ area }) => area === 'slack');
    expect(faults[0]?.what).toContain('SLACK_BOT_TOKEN');
    const unmapped = faults.filter(({ what }) => what.endsWith('has no channel on slack'));
    expect(unmapped.map(({ what }) => what.split(' ')[0])).toEqual([
      '#flights',
      '#delay',
      '#lateness',
    ]);
    expect(unmapped[0]).toEqual({
      area: 'slack',
      what: '#flights has no channel on slack',
      ok: false,
      next: 'Set where its messages go in wheelhouse.yaml: channels.flights.at.slack.',
    });
    expect(ended.stdout).not.toContain(SECRET);
  });

  it('knows its one flag', async () => {
    const ended = await wheelhouse(['doctor', 'slack', '--cure']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('--cure');
  });
});

describe('the manifest or invitation of a platform', () => {
  it.each(platforms.map(({ name, install }) => [install.verb, name] as const))(
    'wheelhouse %s %s',
    async (verb, name) => {
      // An application's ID is part of its address; everything else comes from the commands.
      const env = { DISCORD_APPLICATION_ID: '123456789012345678', DISCORD_TOKEN: SECRET };
      const text = await writeInstallText(verb, [name], readWhatIsRight(env));
      expect(text.trim()).not.toBe('');
      expect(text).not.toContain(SECRET);
    },
  );

  it('say in one line what there is', async () => {
    const { code, stderr } = await wheelhouse(['manifest', 'teams']);
    expect(code).toBe(2);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/^No manifest exists for "teams". .*npx wheelhouse manifest slack/);
    await expect(writeInstallText('manifest', [])).rejects.toThrow(
      'Which platform is the manifest for?',
    );
    expect(await wheelhouse(['manifest', 'slack'])).toMatchObject({
      ...{ code: 0, stderr: '' },
      stdout: expect.stringContaining('display_information'),
    });
  });

  it('says which version the data has', async () => {
    const look = async () => (await examineStore({ mongodbUri: library.uri })).at(-1);
    expect(await look()).toMatchObject({
      ok: true,
      what: expect.stringMatching(/^data version 0; the next start migrates it to \d+$/),
    });
    await library.registry.prepare({ info() {} }, 'production');
    expect(await look()).toMatchObject({
      ok: true,
      what: expect.stringMatching(/as this release needs$/),
    });
    const connection = await library.connect();
    await connection.collection('migrations').updateOne({}, { $set: { version: 1000 } });
    expect(await look()).toMatchObject({
      ok: false,
      what: expect.stringMatching(/^data version 1000; this release reads up to \d+$/),
      next: 'Install the release that wrote it, or a newer one.',
    });
  });
});
