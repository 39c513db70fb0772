import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { commands } from '../../commands/index.ts';
import { createAgentCalls } from '../../commands/steps/agent-calls.ts';
import { handleInbound } from '../../jobs/inbound.ts';
import { jobs } from '../../jobs/index.ts';
import { recountAll } from '../../jobs/recount.ts';
import { inWords } from '../core/errors.ts';
import { shapeOf } from '../core/shape.ts';
import { spelled } from '../core/spelling.ts';
import { createDispatch } from '../dispatch/index.ts';
import { createHttpAdapters } from '../platforms/http/adapters.ts';
import { createHooks } from '../platforms/http/hooks.ts';
import { toolsOf } from '../platforms/mcp/tools.ts';
import { openWitness } from '../proof/witness.ts';
import { STATE } from '../telemetry/catalogue/state.ts';
import { openAdapters, readAdapters, startAdapters, stopAdapters } from './adapters.ts';
import { createBoard } from './board/index.ts';
import type { Container } from './container.ts';
import { dataHooksOf } from './data/hooks.ts';
import { watchKeys } from './key-watch.ts';
import { followLinks } from './links.ts';
import { createPlatformLeases } from './platform-leases.ts';
import { type Running, VERSION } from './role.ts';
import { speakerOf, tokenOf } from './speaker.ts';
import { observedPlatform } from './telemetry/platforms.ts';

/** How often the bot looks for messages that are behind, in addition to startup. */
const CATCH_UP_MS = 15_000;

/** The adapters, the dispatch and the outbox: what people interact with. */
export async function startBot(container: Container): Promise<Running> {
  const { settings, workspace, registry, queue, artifacts, log, telemetry } = container;
  const shapes = commands.map(shapeOf);
  const hooks = createHooks();
  const http = createHttpAdapters({
    host: settings.host,
    port: settings.port,
    token: tokenOf(settings),
    chatLog: registry.chatLog,
    people: workspace.people,
    artifacts,
    // It reads the registry only, and needs no adapter.
    board: createBoard(container.world([])),
    identities: speakerOf(settings, workspace),
    channels: workspace.channels.map(({ id, topic }) => ({ id, topic })),
    commands: shapes.map(({ name, summary, usage }) => ({ name, summary, usage })),
    version: VERSION,
    agents: workspace.agents,
    tools: toolsOf(commands),
    dataHooks: dataHooksOf(container),
    ...{ hooks, log, bus: queue.bus },
    ...(settings.publicUrl && { publicUrl: settings.publicUrl }),
    ...pageDir(),
  });
  const others = openAdapters(
    readAdapters(settings.environment, log),
    container,
    shapes,
    hooks,
    giveUp(log),
  );
  const names = shapes.map(({ name }) => name);
  const adapters = [http.web, http.terminal, ...others].map((adapter) =>
    observedPlatform(spelled(adapter, names)),
  );
  const witness = await openWitness(container.keys);
  const leases = createPlatformLeases({
    adapters: adapters.filter(({ name }) => others.some((other) => other.name === name)),
    ...{ queue, log, fatal: giveUp(log) },
  });
  const world = container.world(adapters, { witness, lanes: leases });
  const { dispatch, inboundHandler } = createDispatch(commands, world, {
    log,
    emoji: workspace.reactions,
    agentCalls: createAgentCalls,
    platforms: adapters,
    keep: (inbound) => world.jobs.enqueue(handleInbound, inbound),
    unacknowledged: queue.unacknowledged,
    recount: (platform) => recountAll(world, platform),
  });
  const unfollow = await followLinks({ ...world, log });
  // Whoever has the lease of a platform opens its connection, if there can be one only.
  const shared = adapters.filter(({ oneConnection }) => !oneConnection);
  await startAdapters(shared, leases.dispatchOf(dispatch));
  await queue.adopt(jobs);
  const full = { ...world, inboundHandler };
  const lanes = (['inbound', 'outbound'] as const).map((lane) => queue.work(lane, jobs, full));
  const seat = `${hostname()} ${http.url()}`;
  await leases.open({ jobs, world: full, dispatch, seat });
  const catchUp = () =>
    world.courier.catchUp().catch((err: unknown) => log.warn({ err }, 'catching up'));
  await catchUp();
  const platforms = adapters.map(({ name }) => name);
  telemetry.onLook(async () => {
    const behind = await registry.outbox.undelivered(platforms);
    telemetry.meters.set(STATE.outbox, {}, behind.length);
  });
  telemetry.onLook(async () =>
    telemetry.meters.replace(
      STATE.leases,
      others.map(({ name }) => [{ lease: name }, leases.lease(name) ? 1 : 0]),
    ),
  );
  // The configuration or the links may have changed: open requests show how their votes count now.
  await recountAll(world).catch((err: unknown) => log.warn({ err }, 'recounting votes'));
  const timer = setInterval(catchUp, CATCH_UP_MS);
  const unwatch = watchKeys(
    async () => {
      if (await witness.renew()) log.warn({}, 'the key of the bot was revoked: it has another one');
    },
    (err) => log.error({ err }, 'looking for revoked keys'),
  );
  return {
    ready: { url: http.url() },
    parts: leases.parts(),
    async stop() {
      clearInterval(timer);
      await unwatch();
      unfollow();
      // Running calls still have their adapter; events that arrive now are stored for the next start.
      await Promise.all([leases.stop(), ...lanes.map((lane) => lane.close(5000))]);
      await stopAdapters(shared);
    },
  };
}

/** An adapter that can never open again: better to exit visibly than to run without receiving anything. */
function giveUp(log: Container['log']): (error: Error) => void {
  let ending = false;
  return (err) => {
    log.error({ err }, `the bot ends: ${inWords(err)}`);
    // A second signal would interrupt the orderly shutdown.
    if (ending) return;
    ending = true;
    process.exitCode = 1;
    process.kill(process.pid, 'SIGTERM');
  };
}

/** From the sources and from the build alike, the page is in dist/page of the project. */
function pageDir(): { pageDir?: string } {
  for (const way of ['../../dist/page', '../../page']) {
    const folder = fileURLToPath(new URL(way, import.meta.url));
    if (existsSync(folder)) return { pageDir: folder };
  }
  return {};
}
