import { join } from 'node:path';
import type { Settings } from '../../config/settings.ts';
import { type LoadedWorkspace, loadWorkspace } from '../../config/workspace.ts';
import { carry } from '../../jobs/carry.ts';
import { notify } from '../../jobs/notify.ts';
import { systemClock } from '../core/clock.ts';
import { WheelhouseError } from '../core/errors.ts';
import type { Platform } from '../core/platform.ts';
import type { Artifacts } from '../core/ports/artifacts.ts';
import type { ObjectStore } from '../core/ports/objects.ts';
import type { Subject } from '../core/reply.ts';
import type { World } from '../core/world.ts';
import { inspectDataset } from '../datasets/inspect.ts';
import { createSharedFolder } from '../objects/shared-folder.ts';
import { createCourier } from '../outbox/courier.ts';
import { createReplies } from '../outbox/replies.ts';
import { adapterKinds } from '../platforms/index.ts';
import { createJobOpener } from '../proof/job-seal.ts';
import { createTicketCheck } from '../proof/ticket-check.ts';
import { openQueue, type Queue } from '../queue/index.ts';
import { openRegistry, type Registry } from '../registry/index.ts';
import { createScorer } from '../serving/batch.ts';
import { createBehind } from '../serving/behind.ts';
import { createGatewayClient } from '../serving/client.ts';
import { Telemetry } from '../telemetry/telemetry.ts';
import { createDatasets } from '../training/datasets.ts';
import { createEngines } from '../training/engines/open.ts';
import { createProgramUsers } from '../training/engines/users.ts';
import { createPrograms } from '../training/process.ts';
import { createRunAs } from '../training/run-as.ts';
import { createCharts } from './charts.ts';
import { createArrivalReader } from './data/reader.ts';
import { createDirectMessages } from './direct-messages.ts';
import { forkScoring } from './fork.ts';
import { createIdentities } from './identities.ts';
import type { Logger } from './log.ts';
import { openObjects } from './objects.ts';
import { NO_ADAPTERS, NO_NOTARY, NO_WITNESS, type Own } from './own.ts';
import { createPredictionFolder, type PredictionFolder } from './prediction-folder.ts';
import { createPredictionReader } from './prediction-reader.ts';
import { createProfileReader } from './profile-reader.ts';
import { createRunLogs } from './run-logs.ts';
import { createTargets } from './targets.ts';
import { observedEngines, observedPrograms } from './telemetry/programs.ts';
import { observedRegistry } from './telemetry/registry.ts';
import { createTracking } from './tracking.ts';
import { createTrials } from './try/trials.ts';
import { createWebhooks } from './webhooks.ts';

export interface Container {
  settings: Settings;
  workspace: LoadedWorkspace;
  registry: Registry;
  queue: Queue;
  artifacts: Artifacts;
  objects: ObjectStore;
  /** The prediction log as this process reads it. */
  predictions: PredictionFolder;
  log: Logger;
  telemetry: Telemetry;
  /** The services in a process with these adapters, and with what no other process has. */
  world(platforms: readonly Platform[], own?: Partial<Own>): World;
  /** The folder of keys. */
  keys: string;
  close(): Promise<void>;
}

/** Opens what every role needs. Throws with the name of the server that does not respond, and what to do. */
export async function openContainer(
  settings: Settings,
  log: Logger,
  loaded?: LoadedWorkspace,
  telemetry = new Telemetry((err) => log.warn({ err }, 'measuring')),
  as?: { name: string; version: string },
): Promise<Container> {
  const workspace = loaded ?? (await loadWorkspace(settings.workspace));
  const { models, environments, people } = workspace;
  const registry = observedRegistry(
    await openRegistry({
      uri: required(settings.mongodbUri, 'MONGODB_URI'),
      clock: systemClock,
      models,
    }),
  );
  const close = async (error: unknown) => {
    await registry.close();
    throw error;
  };
  await registry.prepare(log, environments.first).catch(close);
  const opening = openObjects(settings, workspace, registry.storage);
  const { objects, artifacts, shared } = await opening.catch(close);
  const keys = join(settings.home, 'keys');
  const platformNames = adapterKinds.map(({ name }) => name);
  const queue = await openQueue({
    url: required(settings.redisUrl, 'REDIS_URL'),
    log,
    open: createJobOpener(keys),
    parts: { inbound: platformNames, outbound: platformNames },
    ...(as && { as }),
  });
  const sharing = shared
    ? createSharedFolder(join(settings.home, 'shared'), objects, registry.sharedFiles)
    : undefined;
  const predictions = createPredictionFolder(settings.home, sharing);
  const folders = createRunLogs(settings.home, sharing, (err) =>
    log.warn({ err }, 'sharing the log of a run'),
  );
  const runAs = createRunAs({
    wanted: settings.programUser,
    home: settings.home,
    path: settings.environment['PATH'] ?? '',
    warn: (words) => log.warn({}, words),
  });
  const programs = observedPrograms(createPrograms(folders, runAs));
  const engines = observedEngines(
    createEngines({
      ...{ engines: workspace.engines, runFolders: folders, users: createProgramUsers(runAs) },
      signed: objects.signed,
      secret: (name) => settings.environment[name],
      // A demo leaves nothing running.
      outlives: !settings.demo,
    }),
  );
  const scorer = createScorer(artifacts, forkScoring, workspace.deadlines.batchMs);
  const wake = (subject: Subject) => queue.jobs.enqueue(notify, { subject });
  const handOver = (subject: Subject, platform: string) =>
    queue.jobs.enqueue(carry, { subject, platform });
  const {
    versions,
    runs,
    approvals,
    deployments,
    endpoints,
    proposals,
    quarantines,
    arrivals,
    retrainings,
    pipelines,
    alerts,
    findings,
    links,
    subscriptions,
    audit,
    outbox,
    tickets,
  } = registry;

  return {
    settings,
    workspace,
    registry,
    queue,
    artifacts,
    objects,
    predictions,
    log,
    telemetry,
    keys,
    world: (platforms, { witness = NO_WITNESS, notary = NO_NOTARY, lanes } = {}) => ({
      clock: systemClock,
      models,
      people,
      environments,
      ...{ versions, runs, approvals, deployments, endpoints, quarantines, alerts, findings },
      freezes: { ...registry.freezes, calendar: workspace.calendar },
      ...{ links, audit, arrivals, retrainings, pipelines, proposals },
      ...{ deliveries: registry.deliveries, exports: registry.exports },
      webhooks: createWebhooks(workspace, settings),
      tracking: createTracking(workspace.tracking, settings.environment),
      arrivalReader: createArrivalReader({
        ...{ programs, runFolders: folders, artifacts, hookCalls: registry.hookCalls },
        ...{ home: settings.home, now: () => systemClock.now() },
        secret: (variable) => settings.environment[variable],
      }),
      agents: workspace.agents,
      subscriptions,
      ...{ knownTargets: registry.knownTargets, handledEvents: registry.handledEvents },
      dueEvents: registry.dueEvents,
      directMessages: createDirectMessages(platforms),
      identities: createIdentities(platforms, log),
      artifacts,
      jobs: witness === NO_WITNESS ? queue.jobs : queue.sealedBy(witness.seal),
      ...{ bus: queue.bus, backlog: queue.backlog },
      replies: createReplies(outbox, wake),
      inboundHandler: NO_ADAPTERS,
      courier: createCourier({
        ...{ outbox, platforms, wake, log },
        ...(lanes && { lanes: { ...lanes, handOver } }),
      }),
      ...{ programs, engines },
      trials: createTrials({
        ...{ programs, folders, fork: forkScoring, root: join(settings.home, 'trials') },
        batchMs: workspace.deadlines.batchMs,
      }),
      datasets: createDatasets({
        ...{ programs, folders, artifacts, inspect: inspectDataset },
        arrivals,
      }),
      scorer,
      runFolders: folders,
      profiles: createProfileReader(registry.profiles, versions, deployments, environments.list()),
      traffic: registry.traffic,
      tallies: registry.tallies,
      predictions: createPredictionReader(predictions.dir, environments.first, predictions.ready),
      gateway: createGatewayClient({
        url: settings.inferenceUrl,
        token: settings.inferenceToken,
        first: environments.first,
        urls: workspace.urls,
        behind: createBehind(registry.gateways, systemClock),
      }),
      charts: createCharts(artifacts),
      targets: createTargets({
        ...{ programs, runFolders: folders, now: () => systemClock.now() },
        ...{ quarantines, gateways: registry.gateways, bus: queue.bus },
        uriOf: (sha256) => objects.uriOf?.(sha256),
        async registered(model, number) {
          const version = await versions.numbered(model, number);
          const evaluation = await versions.evaluation(version.id);
          return { version, evaluation, bytes: () => artifacts.read(version.artifact.sha256) };
        },
        environment: settings.environment,
      }),
      tickets,
      ticketCheck: createTicketCheck(tickets, keys),
      witness,
      notary,
    }),
    async close() {
      await folders.flush().catch((err: unknown) => log.warn({ err }, 'sharing the logs of runs'));
      await queue.close();
      await registry.close();
    },
  };
}

function required(value: string | undefined, name: string): string {
  if (value) return value;
  throw new WheelhouseError('user', `${name} is not set, so nothing was started.`, {
    next: 'Set it, or run "npm run demo", which starts its own servers.',
  });
}
