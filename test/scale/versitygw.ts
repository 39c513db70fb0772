import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../src/embedded/free-port.ts';
import type { Server } from '../objects/s3/servers.ts';
import { eventually } from '../story/eventually.ts';

const run = promisify(execFile);
const VERSION = 'v1.8.0';
const FOLDER = join(homedir(), '.cache', 'wheelhouse', `versitygw-${VERSION}`);

/**
 * The binary of a real S3 server, built by Go once (two to six minutes) and kept. Undefined, with a notice, if Go or
 * its modules are not available.
 */
export async function versitygw(): Promise<string | undefined> {
  const program = join(FOLDER, 'versitygw');
  const isThere = await access(program).then(
    () => true,
    () => false,
  );
  if (isThere) return program;
  try {
    const source = `github.com/versity/versitygw/cmd/versitygw@${VERSION}`;
    await run('go', ['install', source], { env: { ...process.env, GOBIN: FOLDER } });
    return program;
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    console.warn(
      `Skipped what needs versitygw ${VERSION} (Debian: apt-get install golang): ${why}`,
    );
    return undefined;
  }
}

/** A server with a bucket, on its own folder. */
export async function startVersitygw(program: string): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'versitygw-'));
  const [root, side] = [join(folder, 'root'), join(folder, 'side')];
  await mkdir(join(root, 'models'), { recursive: true });
  await mkdir(side);
  const port = await freePort();
  const keys = { accessKeyId: 'AKIATEST', secretAccessKey: randomBytes(16).toString('hex') };
  const words = ['--quiet', '--port', `127.0.0.1:${port}`, 'posix', '--sidecar', side, root];
  const child: ChildProcess = spawn(program, words, {
    env: { ROOT_ACCESS_KEY: keys.accessKeyId, ROOT_SECRET_KEY: keys.secretAccessKey },
    stdio: 'ignore',
  });
  await eventually('versitygw listens', () => accepts(port), { within: 20_000 });
  return {
    ...{ endpoint: `http://127.0.0.1:${port}`, bucket: 'models', keys },
    async close() {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
