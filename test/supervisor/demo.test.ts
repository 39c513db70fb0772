import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { BUILT } from '../built.ts';
import { playsLong } from '../sweep.ts';

const SECRET = 'swordfish-of-the-team';
/** As `npm run demo` runs it. The other tests start the compiled program, which is faster. */
const SOURCES = [
  '--import',
  import.meta.resolve('tsx'),
  fileURLToPath(new URL('../../src/main.ts', import.meta.url)),
];
/** Long, since it only bounds how long a failure takes: seven programs start on a busy machine. */
const PATIENCE = { timeout: 300_000, interval: 100 };
const WORKSPACE = `
name: Tiny
channels: { general: {} }
people: { dev: { name: Dev, role: operator }, lead: { name: Lead, role: approver } }
models: {}
traffic: [node, traffic.mjs]
`;
const TRAFFIC = `
import { mkdirSync, writeFileSync } from 'node:fs';
const { WHEELHOUSE_STATE_DIR: dir, WHEELHOUSE_TOKEN, REDIS_URL, ...env } = process.env;
mkdirSync(dir, { recursive: true });
const seen = { pid: process.pid, uid: process.getuid(), url: env.WHEELHOUSE_INFERENCE_URL, pace: env.WHEELHOUSE_REPLAY_PACE,
  secrets: [WHEELHOUSE_TOKEN, REDIS_URL].filter(Boolean) };
writeFileSync(dir + '/seen.json', JSON.stringify(seen));
setInterval(() => {}, 1000);
`;

// The processes of a demo are found in /proc.
describe.skipIf(!existsSync('/proc/self/cmdline'))('supervisor/demo', { timeout: 900_000 }, () => {
  let dir: string;
  const demos: ChildProcess[] = [];
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'wheelhouse-demo-'));
    // When the demo runs as root, its traffic program runs as another user, who must be able to reach the folder.
    await chmod(dir, 0o755);
    await mkdir(join(dir, 'workspace'));
    await writeFile(join(dir, 'workspace', 'wheelhouse.yaml'), WORKSPACE);
    await writeFile(join(dir, 'workspace', 'traffic.mjs'), TRAFFIC);
  });
  afterEach(() => {
    for (const demo of demos.splice(0)) if (demo.exitCode === null) demo.kill('SIGKILL');
  });
  afterAll(() => rm(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 }));

  function demo(env: NodeJS.ProcessEnv = {}, program: readonly string[] = [BUILT.main]) {
    const child = spawn(process.execPath, [...program, 'demo'], {
      env: {
        ...withoutServers(),
        WHEELHOUSE_HOME: join(dir, 'home'),
        WHEELHOUSE_WORKSPACE: join(dir, 'workspace'),
        WHEELHOUSE_PORT: '0',
        WHEELHOUSE_INFERENCE_PORT: '0',
        WHEELHOUSE_REPLAY_PACE: 'fast',
        TEAM_TOKEN: SECRET,
        ...env,
      },
    });
    demos.push(child);
    const heard = { out: '', err: '' };
    child.stdout.on('data', (text) => {
      heard.out += text;
    });
    child.stderr.on('data', (text) => {
      heard.err += text;
    });
    return { child, heard, ended: once(child, 'close') };
  }

  async function up(one: ReturnType<typeof demo>) {
    await vi.waitFor(() => {
      // A program that has already said why it cannot start is not waited for.
      if (one.child.exitCode === null) expect(one.heard.out).toContain('Wheelhouse is up');
    }, PATIENCE);
    expect(one.heard.err).toBe('');
    const address = /http:\S+\?token=\S+/.exec(one.heard.out)?.[0] ?? '';
    return { address, crew: crewOf(one.child.pid ?? 0) };
  }
  const seen = async () =>
    JSON.parse(await readFile(join(dir, 'home', 'traffic', 'seen.json'), 'utf8'));
  const gone = (pids: readonly number[]) =>
    vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), PATIENCE);

  it.runIf(playsLong('demo killed'))(
    'runs every part, restarts killed ones, ends cleanly, and continues at the next start',
    async () => {
      const first = demo();
      const { address, crew } = await up(first);
      expect([...crew.keys()].toSorted()).toEqual(
        ['bot', 'monitor', 'policy', 'redis', 'serve', 'store', 'traffic', 'worker'].toSorted(),
      );
      expect((await fetch(address)).status).toBe(200);
      const url = await readFile(join(dir, 'home', 'url'), 'utf8');
      expect(address.startsWith(`${url.trim()}/?token=`)).toBe(true);
      await vi.waitFor(async () => expect(await seen()).toMatchObject({ pace: 'fast' }), PATIENCE);
      expect((await seen()).secrets).toEqual([]);
      // What programs of the same user can read of each process.
      for (const pid of [first.child.pid ?? 0, ...crew.values()]) {
        const shown = ['environ', 'cmdline'].map((file) =>
          readFileSync(`/proc/${pid}/${file}`, 'utf8'),
        );
        for (const secret of [SECRET, tokenOf(address) ?? SECRET, 'redis://:', 'mongodb://'])
          expect(shown.join('\n')).not.toContain(secret);
      }
      expect((await seen()).uid === 0).toBe(false);

      const second = demo();
      expect(await second.ended).toEqual([1, null]);
      expect(second.heard.err).toMatch(
        /^Wheelhouse is already running in .* \(process \d+\)\..*\n$/,
      );

      for (const part of ['worker', 'redis', 'store']) {
        const victim = crew.get(part) ?? 0;
        process.kill(victim, 'SIGKILL');
        await vi.waitFor(() => {
          const heir = crewOf(first.child.pid ?? 0).get(part);
          expect(heir).toBeGreaterThan(0);
          expect(heir).not.toBe(victim);
        }, PATIENCE);
      }
      for (const notice of [
        'worker exited with SIGKILL',
        'store exited with SIGKILL',
        'Redis exited',
      ])
        expect(first.heard.err).toContain(notice);
      // The bot reaches both servers at their former addresses: it serves people again.
      await vi.waitFor(async () => {
        const cli = await said(['monitors', '--json', '--as', 'dev'], {
          WHEELHOUSE_URL: url.trim(),
          WHEELHOUSE_TOKEN: tokenOf(address) ?? '',
        });
        expect(cli).toMatchObject({ code: 0 });
      }, PATIENCE);

      const pids = [...crewOf(first.child.pid ?? 0).values(), (await seen()).pid];
      // npm forwards the Ctrl-C that the terminal sends to the whole group: two signals for one key press.
      first.child.kill('SIGINT');
      first.child.kill('SIGINT');
      expect(await first.ended).toEqual([0, null]);
      expect(pids.filter(isAlive)).toEqual([]);
      expect(existsSync(join(dir, 'home', 'url'))).toBe(false);

      const again = demo();
      const next = await up(again);
      expect(tokenOf(next.address)).toBe(tokenOf(address));
      await vi.waitFor(async () => expect(pids).not.toContain((await seen()).pid), PATIENCE);
      const orphans = [...next.crew.values(), (await seen()).pid];
      again.child.kill('SIGKILL');
      await gone(orphans);
    },
  );

  it('says which port is taken, and starts nothing', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const refused = demo({ WHEELHOUSE_PORT: String(port) }, SOURCES);
    expect(await refused.ended).toEqual([1, null]);
    server.close();
    expect(refused.heard.err).toBe(
      `Another program listens on port ${port} (WHEELHOUSE_PORT), so the demo was not started. ` +
        'Stop that program, or set WHEELHOUSE_PORT to a free port.\n',
    );
  });

  it('takes the Redis that is given or none', async () => {
    const refused = demo({
      WHEELHOUSE_HOME: join(dir, 'other'),
      REDIS_URL: 'redis://:secret@127.0.0.1:1',
    });
    expect(await refused.ended).toEqual([1, null]);
    expect(refused.heard.err).toMatch(
      /REDIS_URL is set, but redis:\/\/:\*\*\*@127.0.0.1:1\/? .*\n$/,
    );
  });
});

/** What the command line prints. */
async function said(words: string[], env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [BUILT.cli, ...words], {
    env: { ...withoutServers(), ...env },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (more) => {
      text += more;
    });
  const [code] = await once(child, 'close');
  return { code, text };
}

function withoutServers(): NodeJS.ProcessEnv {
  const { REDIS_URL: _redis, MONGODB_URI: _mongodb, ...env } = process.env;
  return env;
}

function tokenOf(address: string): string | null {
  return new URL(address).searchParams.get('token');
}

/** The child processes of a demo, by role. */
function crewOf(pid: number): Map<string, number> {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return new Map(children.map((child) => [partOf(child), Number(child)] as const));
}

function partOf(pid: string): string {
  const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  if (/^\S*(redis|valkey)-server/.test(line)) return 'redis';
  if (line.includes('/embedded/main.')) return 'store';
  if (line.includes('/leash.mjs')) return 'traffic';
  return /main\.[jt]s role (\w+)$/.exec(line)?.[1] ?? line;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A dead process whose parent is gone too stays a zombie until init reaps it.
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
