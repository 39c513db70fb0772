import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { unzipSync } from 'fflate';
import { z } from 'zod';
import { descendantsOf } from '../processes.ts';

const Submission = z.object({
  submission_id: z.string().regex(/^[^/]+$/),
  entrypoint: z.string(),
  runtime_env: z.object({
    working_dir: z.string().startsWith('gcs://').optional(),
    env_vars: z.record(z.string(), z.string()),
  }),
  entrypoint_num_cpus: z.number().default(0),
  metadata: z.record(z.string(), z.string()),
});
type Submission = z.output<typeof Submission>;

interface Job {
  asked: Submission;
  status: 'PENDING' | 'RUNNING' | 'STOPPED' | 'SUCCEEDED' | 'FAILED';
  start_time: number;
  end_time?: number;
  message?: string;
  error_type?: string;
  driver_exit_code?: number;
  log: Buffer;
  child?: ChildProcess;
  isStopped: boolean;
}

const CPUS = 4;
/** As long as Ray waits between TERM and KILL. */
const STOP_MS = 3000;
const LOOKS_EVERY_MS = 1000;

/**
 * As much of Ray's Jobs API as a training needs, with each job as a process of this machine. It passes the suite beside a real
 * head: see docs/engines.md.
 */
export async function openDouble({ token }: { token?: string } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-ray-double-'));
  const jobs = new Map<string, Job>();
  const packages = new Map<string, Buffer>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const say = (status: number, content: unknown = '') => {
      response.statusCode = status;
      response.end(typeof content === 'string' ? content : JSON.stringify(content));
    };
    const isWrite = request.method !== 'GET';
    if (isWrite && request.headers['sec-fetch-mode'] !== undefined) return say(405);
    if (token !== undefined && request.headers.authorization !== `Bearer ${token}`)
      return say(401, 'Unauthorized: Missing authentication token');
    const path = request.url ?? '';
    if (path === '/api/version') return say(200, { version: '4', ray_version: '2.60.0' });
    const [, name] = /^\/api\/packages\/gcs\/(_ray_pkg_[0-9a-f]+\.zip)$/.exec(path) ?? [];
    if (name !== undefined) {
      if (request.method === 'PUT') packages.set(name, body);
      return packages.has(name) ? say(200) : say(404, `Package gcs://${name} does not exist`);
    }
    if (path === '/api/jobs/' && request.method === 'POST') {
      const asked = Submission.parse(JSON.parse(body.toString()));
      const { submission_id: id } = asked;
      if (jobs.has(id))
        return say(500, `Traceback\nValueError: Job with submission_id ${id} already exists.\n.\n`);
      const log = Buffer.from(
        `${stamp()}\tINFO job_manager.py:581 -- Runtime env is setting up.\n`,
      );
      jobs.set(id, { asked, status: 'PENDING', start_time: Date.now(), log, isStopped: false });
      await startWhatFits();
      return say(200, { submission_id: id });
    }
    const [, id = '', call] = /^\/api\/jobs\/([^/]+)(?:\/(stop|logs))?$/.exec(path) ?? [];
    const job = jobs.get(id);
    if (!job) return say(404, `Job ${id} does not exist`);
    if (call === 'logs') {
      // Ray reads it as UTF-8, and gives nothing of one that is not.
      const text = new TextDecoder('utf-8', { fatal: true });
      return say(200, { logs: text.decode(job.log) });
    }
    if (call === 'stop') {
      void stop(job);
      return say(200, { stopped: true });
    }
    if (isWrite) {
      const isOver = job.end_time !== undefined;
      if (!isOver) return say(500, `RuntimeError: it is in a non-terminal state ${job.status}.\n`);
      jobs.delete(id);
      writeBack(id, job);
      return say(200, { deleted: true });
    }
    const { asked, log: _, child: __, isStopped: ___, ...shown } = job;
    say(200, { ...shown, message: shown.message ?? waits(job), metadata: asked.metadata });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.statusCode = 500;
      response.end(`Traceback\n${String(error)}\n`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it has no port');

  /** Ray does that to a job that ended since it last looked: a real head is the model. */
  function writeBack(id: string, job: Job): void {
    const { end_time: ended = 0 } = job;
    if (Date.now() - ended > LOOKS_EVERY_MS) return;
    const died: Partial<Job> = { status: 'FAILED', message: 'Job supervisor actor died' };
    setTimeout(() => jobs.set(id, { ...job, ...died }), LOOKS_EVERY_MS).unref();
  }

  async function startWhatFits(): Promise<void> {
    for (const job of jobs.values()) {
      const used = [...jobs.values()].filter(({ status }) => status === 'RUNNING');
      const taken = used.reduce((sum, one) => sum + one.asked.entrypoint_num_cpus, 0);
      if (job.status !== 'PENDING' || job.asked.entrypoint_num_cpus + taken > CPUS) continue;
      job.status = 'RUNNING';
      await begin(job);
    }
  }

  async function begin(job: Job): Promise<void> {
    const { submission_id: id, entrypoint, runtime_env } = job.asked;
    const cwd = join(folder, id);
    await mkdir(cwd, { recursive: true });
    const files = packages.get(runtime_env.working_dir?.slice('gcs://'.length) ?? '');
    if (runtime_env.working_dir !== undefined && !files)
      return end(job, {
        status: 'FAILED',
        error_type: 'RUNTIME_ENV_SETUP_FAILURE',
        message: `runtime_env setup failed: there is no ${runtime_env.working_dir}`,
      });
    for (const [path, bytes] of Object.entries(files ? unzipSync(files) : {})) {
      await mkdir(dirname(join(cwd, path)), { recursive: true });
      await writeFile(join(cwd, path), bytes);
    }
    const inherited = { PATH: process.env['PATH'] ?? '', HOME: '/root' };
    const expanded = Object.entries(runtime_env.env_vars).map(([name, value]) => [
      name,
      value.replace(/\$\{?(\w+)\}?/g, (all, word: string) =>
        word === 'PATH' || word === 'HOME' ? inherited[word] : all,
      ),
    ]);
    const child = spawn('/bin/sh', ['-c', entrypoint], {
      ...{ cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
      env: { ...inherited, ...Object.fromEntries(expanded) },
    });
    job.child = child;
    const keep = (chunk: Buffer) => {
      job.log = Buffer.concat([job.log, chunk]);
    };
    child.stdout.once('data', () =>
      keep(Buffer.from(`Running entrypoint for job ${id}: ${entrypoint}\n`)),
    );
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('close', (code, signal) => {
      if (job.end_time !== undefined) return;
      if (job.isStopped) return void end(job, { status: 'STOPPED' });
      const driver_exit_code = signal ? -(signal === 'SIGKILL' ? 9 : 15) : (code ?? 1);
      void end(job, {
        ...{ status: code === 0 ? 'SUCCEEDED' : 'FAILED', driver_exit_code },
        message: `Job entrypoint command failed with exit code ${driver_exit_code}`,
      });
    });
    if (job.isStopped) await stop(job);
  }

  async function end(job: Job, how: Partial<Job>): Promise<void> {
    Object.assign(job, how, { end_time: Date.now() });
    await startWhatFits();
  }

  async function stop(job: Job): Promise<void> {
    job.isStopped = true;
    const pid = job.child?.pid;
    if (job.status !== 'RUNNING' || pid === undefined) return;
    const all = [pid, ...descendantsOf(pid)];
    for (const one of all) tell(one, 'SIGTERM');
    await delay(STOP_MS, undefined, { ref: false });
    for (const one of job.end_time === undefined ? all : []) tell(one, 'SIGKILL');
  }

  /** Whatever watches the supervisor of a job kills its process group. */
  async function lose(job: Job): Promise<void> {
    if (job.end_time !== undefined) return;
    const message = 'Job supervisor actor died: the node was removed';
    await end(job, { status: 'FAILED', error_type: 'JOB_SUPERVISOR_ACTOR_DIED', message });
    if (job.child?.pid !== undefined) tell(-job.child.pid, 'SIGKILL');
  }

  return {
    url: `http://127.0.0.1:${address.port}`,
    async lose(id: string) {
      const job = jobs.get(id);
      if (!job) throw new Error(`there is no job ${id}`);
      await lose(job);
    },
    /** A head without a Redis of its own that was restarted: it knows nothing. */
    async restart() {
      for (const job of jobs.values()) await lose(job);
      jobs.clear();
      packages.clear();
    },
    packages: () => [...packages.keys()],
    jobs: () => [...jobs.keys()],
    async close() {
      await this.restart();
      server.close();
      server.closeAllConnections();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

const waits = ({ status }: Job): string =>
  status === 'PENDING'
    ? 'Job has not started yet. It may be waiting for resources (CPUs, GPUs, memory, custom resources) to become available.'
    : 'Job is currently running.';

const stamp = (): string =>
  new Date().toISOString().replace('T', ' ').replace('.', ',').slice(0, 23);
