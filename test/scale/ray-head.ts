import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ask } from '../../src/core/http.ts';
import type { Place } from '../training/engines/ground.ts';
import { shimOf } from '../training/engines/processes.ts';
import { until } from '../training/runner.ts';
import { pythonWith } from './python.ts';
import { relay } from './relay.mjs';

const RELAY = fileURLToPath(new URL('./relay.mjs', import.meta.url));
const [DASHBOARD, SLOTS] = [8265, 8299];
/** In a network of its own, as Ray listens on every address, and in a process tree of its own, which ends as a whole. */
const APART = ['--net', '--pid', '--fork', '--kill-child', '--mount-proc'];

const START_MS = 240_000;

/** Whether a namespace can be had here; it says so if not. */
function canStandApart(): boolean {
  try {
    execFileSync('unshare', [...user(), ...APART, 'ip', 'link', 'set', 'lo', 'up'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    console.warn('Skipped what needs a Ray head: unshare or ip cannot be used here.');
    return false;
  }
}

/** An interpreter that has Ray; undefined, with a notice, where it cannot be had or be kept apart. */
export const whereRayIs = async () =>
  canStandApart() ? pythonWith(['ray[default]==2.60.0']) : undefined;

const user = () => (process.getuid?.() === 0 ? [] : ['--map-root-user']);

/**
 * The head of a Ray cluster with four CPUs, which only this process reaches.
 * @param python an interpreter that has Ray
 */
async function startOnce(python: string) {
  // Not in the run's own folder: Ray's sockets are in folders with long names, and the path of a socket has 107
  // characters at most.
  const folder = await mkdtemp('/tmp/wh-ray-');
  const [inward, outward] = [join(folder, 'in'), join(folder, 'out')];
  const start = [
    'ip link set lo up',
    `${process.execPath} ${RELAY} ${inward} ${DASHBOARD} &`,
    `${process.execPath} ${RELAY} ${SLOTS} ${outward} &`,
    `exec ${python} -m ray.scripts.scripts start --head --block --num-cpus=4 --disable-usage-stats \
      --object-store-memory=100000000 --temp-dir=${folder}/ray --dashboard-port=${DASHBOARD}`,
  ].join('\n');
  const head = spawn('unshare', [...user(), ...APART, 'sh', '-c', start], {
    ...{ cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
    env: { PATH: process.env['PATH'], HOME: folder, RAY_USAGE_STATS_ENABLED: '0' },
  });
  let said = '';
  for (const stream of [head.stdout, head.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said = `${said}${text}`.slice(-2000);
    });
  const ended = once(head, 'exit');
  const outside = relay('0', inward);
  await once(outside, 'listening');
  const address = outside.address();
  if (address === null || typeof address === 'string') throw new Error('it has no port');
  const url = `http://127.0.0.1:${address.port}`;
  let served: ReturnType<typeof relay> | undefined;

  async function stop(): Promise<void> {
    head.kill('SIGKILL');
    await ended;
    outside.close();
    served?.close();
    await rm(folder, { recursive: true, force: true });
  }
  const end = Date.now() + START_MS;
  while (Date.now() < end && head.exitCode === null) {
    if (await hasRunAJob(url))
      return {
        url,
        /** Where, seen from the head, the port is that was opened last. */
        reach: SLOTS,
        open(port: number): void {
          served?.close();
          served = relay(outward, String(port));
        },
        stop,
      };
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  await stop();
  throw new Error(`The head of Ray did not start. ${said}`);
}

/** It answers before it can run anything. Not `fetch`, which Ray refuses. */
async function hasRunAJob(url: string): Promise<boolean> {
  const asked = { doing: 'starting', signal: AbortSignal.timeout(15_000) };
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ submission_id: 'first', entrypoint: 'true' });
  try {
    await ask({ method: 'POST', url: new URL(`${url}/api/jobs/`), headers, body, ...asked });
    const { text } = await ask({ method: 'GET', url: new URL(`${url}/api/jobs/first`), ...asked });
    return text.includes('SUCCEEDED');
  } catch {
    return false;
  }
}

/** On a busy machine its parts may give each other up, and it ends. */
export async function startRay(python: string) {
  for (const left of [2, 1, 0])
    try {
      return await startOnce(python);
    } catch (error) {
      if (left === 0) throw error;
    }
  throw new Error('The head of Ray did not start.');
}

/** A real head, as the suite's. */
export function onHead(head: Awaited<ReturnType<typeof startRay>>): Place {
  return {
    settings: { url: head.url, cpu: 0.1 },
    reach: head.reach,
    bring: head.open,
    async lose({ id }) {
      // The supervisor of a job is the parent of what it started.
      const { parent } = await until('its shim runs', async () => shimOf(id));
      process.kill(parent, 'SIGKILL');
    },
    async left() {
      const asked = { doing: 'listing jobs', signal: AbortSignal.timeout(15_000) };
      const { text } = await ask({
        method: 'GET',
        url: new URL(`${head.url}/api/jobs/`),
        ...asked,
      });
      const jobs = z
        .array(z.object({ submission_id: z.string().nullish() }))
        .parse(JSON.parse(text));
      return jobs.flatMap(({ submission_id: id }) => (id && id !== 'first' ? [id] : []));
    },
    close: async () => undefined,
  };
}
