import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands } from '../../commands/index.ts';
import { createAgentCalls } from '../../commands/steps/agent-calls.ts';
import { agentsOf } from '../../config/agents.ts';
import { enginesOf } from '../../config/engines.ts';
import { loadWorkspace } from '../../config/workspace.ts';
import type { Platform } from '../../src/core/platform.ts';
import type { Link } from '../../src/core/ports/jobs.ts';
import type { Reply } from '../../src/core/reply.ts';
import { createDispatch } from '../../src/dispatch/index.ts';
import { createReplies } from '../../src/outbox/replies.ts';
import { openWitness } from '../../src/proof/witness.ts';
import { createEngines } from '../../src/training/engines/open.ts';
import { createProgramUsers } from '../../src/training/engines/users.ts';
import { createRunFolders } from '../../src/training/folders.ts';
import { createDirectMessages } from '../../src/wiring/direct-messages.ts';
import { createTracking } from '../../src/wiring/tracking.ts';
import { askedCharts } from '../fakes/charts.ts';
import { createWorld } from '../fakes/world.ts';
import { openLibrary } from '../registry/server.ts';

/** An agent of Dev, who is an operator. */
export const CLAUDE = { owner: 'dev', proposals_per_day: 200, expires_hours: 24 };

/** The dispatch over the real registry and the example's configuration. Queued jobs are recorded instead of run. */
export async function openDesk(folder = 'examples/flights', platforms: readonly Platform[] = []) {
  const library = await openLibrary();
  const workspace = await loadWorkspace(folder);
  const { registry } = library;
  const queued: { job: string; payload: unknown }[] = [];
  const published: string[] = [];
  // Ports that a command must not use still throw.
  const world = Object.defineProperties(
    createWorld(),
    Object.getOwnPropertyDescriptors({
      clock: library.clock,
      models: workspace.models,
      environments: workspace.environments,
      people: workspace.people,
      versions: registry.versions,
      runs: registry.runs,
      approvals: registry.approvals,
      deployments: registry.deployments,
      endpoints: registry.endpoints,
      freezes: { ...registry.freezes, calendar: workspace.calendar },
      agents: agentsOf({ claude: CLAUDE }, () => [{ platform: 'web', channel: 'general' }]),
      proposals: registry.proposals,
      quarantines: registry.quarantines,
      arrivals: registry.arrivals,
      retrainings: registry.retrainings,
      pipelines: registry.pipelines,
      alerts: registry.alerts,
      findings: registry.findings,
      links: registry.links,
      subscriptions: registry.subscriptions,
      directMessages: createDirectMessages(platforms),
      audit: registry.audit,
      dueEvents: registry.dueEvents,
      deliveries: registry.deliveries,
      exports: registry.exports,
      tracking: createTracking(undefined, {}),
      webhooks: workspace.webhooks,
      replies: createReplies(registry.outbox, async () => {}),
      // There were no predictions.
      predictions: { find: async () => [] },
      engines: createEngines({
        ...{ engines: enginesOf({}), runFolders: createRunFolders('/nowhere') },
        ...{
          users: createProgramUsers(),
          secret: () => undefined,
          signed: undefined,
          outlives: true,
        },
      }),
      backlog: { trainings: async () => [] },
      jobs: {
        async enqueue(job: { name: string }, payload: unknown) {
          queued.push({ job: job.name, payload });
        },
        async chain(links: readonly Link[]) {
          queued.push(...links.map(({ name, payload }) => ({ job: name, payload })));
        },
      },
      bus: {
        async publish(topic: string, message: string) {
          published.push(`${topic} ${message}`);
        },
        subscribe: () => () => {},
      },
      profiles: {
        watermark: async () => undefined,
        newest: async () => undefined,
        buckets: async () => [],
        within: async () => [],
      },
      gateway: {
        urlOf: () => 'http://127.0.0.1:1',
        serving: async () => undefined,
        problem: async () => undefined,
        behind: async () => [],
      },
      charts: askedCharts(),
      witness: await openWitness(join(await mkdtemp(join(tmpdir(), 'wheelhouse-desk-')), 'keys')),
      runFolders: createRunFolders(await mkdtemp(join(tmpdir(), 'wheelhouse-desk-'))),
    }),
  );
  const start = () =>
    createDispatch(commands, world, {
      log: {
        info: () => {},
        warn: () => {},
        error: ({ err }: { err?: unknown }) => console.error(err),
      },
      emoji: workspace.reactions,
      agentCalls: createAgentCalls,
      platforms: [],
      keep: async () => {},
      recount: async () => {},
    });
  const { dispatch } = start();
  const probe = await library.connect();

  return {
    ...library,
    world,
    queued,
    published,
    /** The same call, which another process repeats: `again('lead', 'approve …', 'call-1')` */
    again(user: string, line: string, id: string): Promise<Reply> {
      return this.say(user, line, id, start().dispatch);
    },
    /** Any input, as an adapter would pass it on. */
    invoke: dispatch.invoke,
    /** `call('dev', 'train', { model: 'flights' })` */
    call(user: string, command: string, input: string[] | Record<string, unknown>): Promise<Reply> {
      const by = { platform: 'web', user };
      const from = { platform: 'web', channel: 'flights' };
      return dispatch.invoke({ id: randomUUID(), command, input, by, from });
    },
    /** As the agent `claude`: `ask('train', { model: 'flights' })` */
    ask(command: string, input: Record<string, unknown>, why?: string): Promise<Reply> {
      return dispatch.invoke({
        ...{ id: randomUUID(), command, input },
        by: { platform: 'mcp', user: 'claude' },
        from: { platform: 'mcp', channel: 'claude' },
        agent: { name: 'claude', ...(why !== undefined && { why }) },
      });
    },
    /** From an account of another platform: `as({ platform: 'slack', user: 'U1' }, 'link')` */
    as(by: { platform: string; user: string }, line: string): Promise<Reply> {
      const [command = '', ...rest] = line.split(' ');
      const from = { platform: by.platform, channel: 'C1' };
      return dispatch.invoke({ id: randomUUID(), command, input: rest.join(' '), by, from });
    },
    /** `say('dev', 'train flights')`; `to`: a dispatch that knows nothing of earlier calls, as of another process */
    say(user: string, line: string, id: string = randomUUID(), to = dispatch): Promise<Reply> {
      const [command = '', ...rest] = line.split(' ');
      return to.invoke({
        id,
        command,
        input: rest.join(' '),
        by: { platform: 'web', user },
        from: { platform: 'web', channel: 'flights' },
      });
    },
    /** The whole registry as text: equal before and after means that nothing was changed. */
    async everything(): Promise<string> {
      const names = (await probe.listCollections()).map(({ name }) => name).sort();
      const found = await Promise.all(
        names.map(async (name) => [
          name,
          await probe.collection(name).find({}).sort({ _id: 1 }).toArray(),
        ]),
      );
      return JSON.stringify([found, queued, published]);
    },
    async addVersion(run: string) {
      return registry.versions.register({
        model: 'flights',
        run,
        artifact: { sha256: run.padEnd(64, '0'), bytes: 1 },
        dataset: {
          window: { from: new Date('2001-01-01'), to: new Date('2001-02-01') },
          sha256: 'd'.repeat(64),
          rows: 10,
        },
        parameters: { trees: 100 },
        code: { revision: 'abc', dirty: false },
        runtime: { node: 'v20' },
        reported: {},
        createdBy: 'dev',
      });
    },
    async goLive(version: number, artifact: string, environment = 'production') {
      return registry.deployments.deploy({
        id: `deployment-${version}-${randomUUID().slice(0, 4)}`,
        model: 'flights',
        version,
        environment,
        artifact,
        by: 'dev',
        reason: 'test',
        approval: `approval-${version}`,
      });
    },
  };
}
