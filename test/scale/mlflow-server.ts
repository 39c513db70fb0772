import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../src/embedded/free-port.ts';

/**
 * An MLflow tracking server on loopback, with its files in a folder that is deleted at the end.
 * @param python an interpreter with MLflow
 */
export async function startMlflow(python: string): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-mlflow-'));
  const port = String(await freePort());
  const where = ['--host', '127.0.0.1', '--port', port, '--workers', '1'];
  const store = ['--serve-artifacts', '--artifacts-destination', join(folder, 'artifacts')];
  const server = spawn(python, ['-m', 'mlflow', 'server', ...where, ...store], {
    cwd: folder,
    // Its job runner takes a minute to start and two gigabytes.
    env: { PATH: process.env['PATH'], HOME: folder, MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false' },
    stdio: 'ignore',
    // It has a child for each worker, so the process group is ended.
    detached: true,
  });
  const ended = once(server, 'exit');
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid, 'SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const end = Date.now() + 180_000;
  while (Date.now() < end && server.exitCode === null) {
    const answer = await fetch(`${url}/health`).catch(() => undefined);
    if (answer?.ok) return { url, stop };
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  await stop();
  throw new Error('MLflow did not start within three minutes.');
}
