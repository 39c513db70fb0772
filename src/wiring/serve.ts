import { join } from 'node:path';
import { tellQuarantine } from '../../jobs/tell-quarantine.ts';
import { digestOf } from '../core/callers.ts';
import { systemClock } from '../core/clock.ts';
import { createTicketCheck } from '../proof/ticket-check.ts';
import { createIsolatedGateway } from '../serving/isolation/controller.ts';
import { askedAtTheSwitch } from './at-the-switch.ts';
import { withClasses } from './classes.ts';
import type { Container } from './container.ts';
import { createDiskNotice } from './disk-notice.ts';
import { withEarliest } from './earliest.ts';
import { forkChallenger, forkInference } from './fork.ts';
import { createLiveVersions } from './live-versions.ts';
import type { Running } from './role.ts';
import { servedBy } from './served.ts';
import { reportServing } from './serving-report.ts';
import { SEGMENT_MS, sharePredictions } from './share-predictions.ts';
import { gatewayPart, watchServing } from './telemetry/serving.ts';
import { createTallyKeeper, createTrafficKeeper } from './traffic.ts';
import { withTypical } from './typical.ts';

/** The shop window. */
export async function startServe(container: Container): Promise<Running> {
  const { settings, workspace, registry, artifacts, objects, queue, log, keys, telemetry } =
    container;
  const { copies } = objects;
  const keepTraffic = createTrafficKeeper(registry.traffic, (err) =>
    log.warn({ err }, 'storing how much was answered'),
  );
  const noteDisk = createDiskNotice(workspace.models, container.world([]).replies, log);
  const watched = watchServing(telemetry);
  const ticketCheck = createTicketCheck(registry.tickets, keys, (err) =>
    log.error({ err }, 'reading the keys: those known so far still count'),
  );
  const urls = Object.values(workspace.urls).map((url) => new URL(url).hostname);
  const gateway = createIsolatedGateway({
    live: withTypical(
      withEarliest(
        withClasses(
          createLiveVersions(
            registry.deployments,
            registry.endpoints,
            workspace.models,
            queue.bus,
            askedAtTheSwitch({ ...registry, ...workspace, clock: systemClock, ticketCheck }),
            ticketCheck,
          ),
          registry.versions,
        ),
        workspace.predictionTimes.notBefore,
        registry.versions,
      ),
      registry.versions,
      artifacts,
    ),
    quarantines: {
      list: () => registry.quarantines.list(),
      // Told by a worker; what could not be queued is stored and told at the next try.
      async add(quarantine) {
        await registry.quarantines.add(quarantine);
        await queue.jobs.enqueue(tellQuarantine, { deployment: quarantine.deployment });
      },
    },
    ...{ fork: forkInference, forkChallenger },
    deadlineMs: workspace.deadlines.answerMs,
    settings: {
      environments: servedBy(settings, workspace),
      first: workspace.environments.first,
      ...{ artifacts: copies.dir, bring: !copies.all },
      ...(container.predictions.shared && { segmentMs: SEGMENT_MS }),
      log: join(settings.home, 'predictions'),
      times: workspace.predictionTimes,
      ...(workspace.deadlines.queueMs !== false && { queueMs: workspace.deadlines.queueMs }),
      guard: {
        names: [...settings.inferenceHosts, ...urls],
        ...(settings.inferenceToken && { tokenDigest: digestOf(settings.inferenceToken) }),
      },
    },
    bring: async (sha256) => (await objects.open(sha256)).close(),
    host: settings.host,
    port: settings.inferencePort,
    processes: settings.serveProcesses,
    ...(settings.inferenceGrpcPort !== undefined && { grpcPort: settings.inferenceGrpcPort }),
    onProblem: (problem) => log.error({ err: problem }, 'serving'),
    onTraffic(counted) {
      watched.onTraffic(counted);
      keepTraffic(counted);
    },
    onCounted: createTallyKeeper(registry.tallies, (err) =>
      log.warn({ err }, 'storing what a rollout counted'),
    ),
    onDisk(endpoint, why, dropped) {
      watched.onDropped(endpoint, dropped);
      noteDisk(endpoint, why, dropped);
    },
  });
  await gateway.start();
  watched.follow(gateway);
  const shareTheRest = sharePredictions(container);
  const silence = reportServing({
    ...{ gateway, store: registry.gateways, clock: systemClock },
    environments: servedBy(settings, workspace),
    failed: (err) => log.warn({ err }, 'storing what is served'),
  });
  return {
    ready: {
      inferenceUrl: gateway.address,
      ...(gateway.grpcAddress !== undefined && { inferenceGrpc: gateway.grpcAddress }),
    },
    parts: [gatewayPart(gateway)],
    async stop() {
      await silence();
      await gateway.stop();
      await shareTheRest();
    },
  };
}
