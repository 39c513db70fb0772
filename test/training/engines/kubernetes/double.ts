import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { z } from 'zod';

const Manifest = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    activeDeadlineSeconds: z.number(),
    backoffLimit: z.literal(0),
    template: z.object({
      spec: z.object({
        containers: z.tuple([
          z.object({
            command: z.tuple([z.string(), z.string(), z.string()]),
            env: z.array(z.object({ name: z.string(), value: z.string() })),
          }),
        ]),
      }),
    }),
  }),
});

interface Running {
  uid: string;
  child: ChildProcess | undefined;
  started: string;
  ended?: { exitCode: number; finishedAt: string };
  log: string;
  /** Somebody deleted its pod. */
  lost?: boolean;
}

const now = () => new Date().toISOString();

/**
 * The part of the API that a training needs, with each container as a process of this machine. It passes the same suite
 * as a real control plane: see docs/engines.md.
 */
export async function openDouble(namespace: string) {
  const jobs = new Map<string, Running>();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    let body = '';
    for await (const chunk of request) body += chunk;
    const answer = (status: number, json: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(json));
    };
    const none = () => answer(404, { message: `"${url.pathname}" not found` });
    const jobPath = `/apis/batch/v1/namespaces/${namespace}/jobs`;
    const podPath = `/api/v1/namespaces/${namespace}/pods`;
    const name = url.pathname.slice(jobPath.length + 1);
    if (url.pathname === jobPath && request.method === 'POST') {
      const manifest = Manifest.parse(JSON.parse(body));
      const twin = jobs.has(manifest.metadata.name);
      if (!twin) jobs.set(manifest.metadata.name, start(manifest));
      return answer(twin ? 409 : 201, {});
    }
    if (url.pathname.startsWith(`${jobPath}/`)) {
      const job = jobs.get(name);
      if (!job) return none();
      if (request.method === 'GET') return answer(200, jobJson(name, job));
      jobs.delete(name);
      // Without a propagation policy, the real API orphans the pods.
      if (url.searchParams.get('propagationPolicy') === 'Background') job.child?.kill('SIGTERM');
      await ended(job);
      return answer(200, {});
    }
    if (url.pathname === podPath) {
      const of = url.searchParams.get('labelSelector')?.split('=')[1] ?? '';
      const job = jobs.get(of);
      return answer(200, { items: job && !job.lost ? [podJson(of, job)] : [] });
    }
    const pod = /^\/([^/]+)-pod\/log$/.exec(url.pathname.slice(podPath.length))?.[1];
    const log = pod === undefined ? undefined : jobs.get(pod)?.log;
    if (log === undefined) return none();
    const since = url.searchParams.get('sinceTime') ?? '';
    response.end(
      log
        .split('\n')
        .filter((line) => line !== '' && line >= since.slice(0, 19))
        .map((line) => `${line}\n`)
        .join(''),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it has no port');

  return {
    url: `http://127.0.0.1:${address.port}`,
    /** The names of jobs that are not over. */
    running: () =>
      [...jobs].flatMap(([name, { child, ended: end }]) => (child && !end ? [name] : [])),
    /** As if the pod's node were gone. */
    async lose(name: string) {
      const job = jobs.get(name);
      if (!job) throw new Error(`there is no job ${name}`);
      job.lost = true;
      job.child?.kill('SIGTERM');
      await ended(job);
    },
    async close() {
      for (const job of jobs.values()) job.child?.kill('SIGTERM');
      await Promise.all([...jobs.values()].map(ended));
      server.close();
      server.closeAllConnections();
    },
  };
}

function start({ spec }: z.output<typeof Manifest>): Running {
  const [{ command, env }] = spec.template.spec.containers;
  const [program, ...words] = command;
  const variables = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  const child = spawn(program, words, {
    env: { PATH: process.env['PATH'], ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const job: Running = { uid: randomUUID(), child, started: now(), log: '' };
  let held = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (held + chunk).split('\n');
    held = lines.pop() ?? '';
    for (const line of lines) job.log += `${now()} ${line}\n`;
  });
  child.on('close', (code) => {
    job.ended = { exitCode: code ?? 137, finishedAt: now() };
  });
  return job;
}

async function ended(job: Running): Promise<void> {
  if (job.child && !job.ended) await once(job.child, 'close');
}

function jobJson(name: string, { uid, started, ended: end, lost }: Running) {
  const type = end?.exitCode === 0 && !lost ? 'Complete' : 'Failed';
  const conditions = end || lost ? [{ type, status: 'True', reason: 'BackoffLimitExceeded' }] : [];
  return { metadata: { name, uid }, spec: {}, status: { startTime: started, conditions } };
}

function podJson(name: string, { started, ended: end }: Running) {
  const phase = end ? (end.exitCode === 0 ? 'Succeeded' : 'Failed') : 'Running';
  const state = end ? { terminated: { ...end, startedAt: started } } : {};
  return {
    metadata: { name: `${name}-pod`, creationTimestamp: started },
    status: { phase, containerStatuses: [{ state }] },
  };
}
