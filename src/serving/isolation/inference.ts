import { closeSync, openSync, writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { systemClock } from '../../core/clock.ts';
import type { WheelhouseError } from '../../core/errors.ts';
import type { Artifacts } from '../../core/ports/artifacts.ts';
import { answeringOf } from '../answering.ts';
import { Rollouts } from '../challenger/rollouts.ts';
import type { GrpcServer } from '../grpc/server.ts';
import { createGuard } from '../guard.ts';
import { Inference } from '../inference.ts';
import { createPredictionLog } from '../log/log.ts';
import { ModelCache } from '../model-cache.ts';
import { Admission } from '../overload.ts';
import type { Planned } from '../plan.ts';
import { createRecentIds } from '../recent.ts';
import { createRoutes, REQUEST_MS } from '../routes.ts';
import { TIME_LIMITS } from '../times.ts';
import { TrafficCounter } from '../traffic.ts';
import { bringing } from './bring.ts';
import { createBusy } from './busy.ts';
import { Challengers } from './challengers.ts';
import type { InferenceSettings, Order, Word } from './messages.ts';
import { writeEntered } from './register.ts';
import { answerSibling, Siblings } from './siblings.ts';

const BEAT_EVERY_MS = 250;
/** What was answered is told this often; a crash loses the count of that time. */
const TRAFFIC_EVERY_MS = 5000;
const ROLLOUTS_EVERY_MS = 1000;
const WATCHDOG = new URL('./watchdog.mjs', import.meta.url);

/**
 * The process that runs models and answers requests, on the socket that its controller passes to it. It is
 * controlled by messages and sends a heartbeat that shows that its thread is not stuck.
 */
export function runInference(artifactsIn: (dir: string) => Artifacts): void {
  const say = (word: Word) => {
    if (process.connected) process.send?.(word);
  };
  process.once('message', (order: Order) => {
    if (order.type === 'open')
      serve(order.settings, bringing(order.settings, artifactsIn, say), say);
  });
  say({ type: 'up' });
}

function serve(settings: InferenceSettings, artifacts: Artifacts, say: (word: Word) => void): void {
  const file = openSync(settings.register, 'r+');
  const shared = new Int32Array(new SharedArrayBuffer(16));
  new Worker(WATCHDOG, {
    workerData: { shared: shared.buffer, register: settings.register, parent: process.ppid },
    execArgv: [],
  }).unref();
  const write = (data: Buffer, position: number) =>
    void writeSync(file, data, 0, data.length, position);
  const { watch, careful } = createBusy({ shared, write: (doing) => writeEntered(write, doing) });

  const onProblem = ({ blame, message, next }: WheelhouseError) =>
    say({ type: 'problem', blame, message, ...(next !== undefined && { next }) });
  const log = createPredictionLog({
    dir: settings.log,
    first: settings.first,
    ...(settings.segmentMs !== undefined && { maxSegmentAgeMs: settings.segmentMs }),
    onProblem,
    onDisk: (endpoint, why, dropped) => say({ type: 'disk', endpoint, why, dropped }),
  });
  let models: readonly Planned[] = [];
  const { maxRows, keepWarm } = settings;
  const cache = new ModelCache({
    ...{ artifacts, watch, clock: systemClock, maxRows, keepWarm, onProblem },
    plan: async () => models,
    onFault: (slot, fault, words) => say({ type: 'fault', slot, fault, words }),
  });
  const traffic = new TrafficCounter(systemClock);
  const tellTraffic = () => {
    const counted = traffic.take();
    if (counted.length > 0) say({ type: 'traffic', counted });
  };
  const challengers = new Challengers(settings.door, say);
  const rollouts = new Rollouts({
    ...{ start: challengers.start, artifacts, log },
    onCounted: (counted) => say({ type: 'rollout', counted }),
  });
  const { environments, times = TIME_LIMITS } = settings;
  const [clock, recent] = [systemClock, createRecentIds()];
  const admission = new Admission({ queueMs: settings.queueMs, onProblem });
  const parts = {
    ...{ cache, environments, onProblem, admission, guard: createGuard(settings.guard ?? {}) },
    inference: new Inference({ cache, log, clock, times, recent, traffic, admission, rollouts }),
  };
  const siblings = new Siblings(say);
  const app = createRoutes({
    ...parts,
    log,
    clock,
    maxRows,
    recent,
    siblings,
    traffic,
    requestMs: REQUEST_MS,
  });
  // Loaded by whoever uses it: its packages take as long as all others of this process.
  let grpc: GrpcServer | undefined;
  let grpcListens = Promise.resolve();
  let acceptsGrpc = false;

  const beat = setInterval(() => say({ type: 'beat' }), BEAT_EVERY_MS);
  const count = setInterval(tellTraffic, TRAFFIC_EVERY_MS);
  const compare = setInterval(() => rollouts.tell(), ROLLOUTS_EVERY_MS);
  let told = '';
  const tellServing = () => {
    const serving = answeringOf(models, cache);
    if (JSON.stringify(serving) === told) return;
    told = JSON.stringify(serving);
    say({ type: 'serving', models: serving });
  };
  // Failed loads are retried automatically.
  const retry = setInterval(() => void cache.refresh().then(tellServing), settings.pollMs);

  let idle: NodeJS.Timeout | undefined;
  let accepts = false;
  let stopping = false;
  // A standby process gets no requests, and would start a challenger for nothing.
  const followRollouts = () => rollouts.follow(accepts ? models : []);
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    clearInterval(retry);
    clearInterval(idle);
    await Promise.all([app.close(), grpc?.stop()]);
    clearInterval(compare);
    rollouts.stop();
    await cache.close();
    await log.close();
    clearInterval(count);
    tellTraffic();
    clearInterval(beat);
    closeSync(file);
    process.exit();
  };
  process.on('message', (order: Order, socket: unknown) => {
    if (order.type === 'plan') {
      models = order.models;
      followRollouts();
      const { plan } = order;
      void cache.refresh().then(() => {
        tellServing();
        say({ type: 'followed', plan });
      });
    } else if (order.type === 'accept') {
      clearInterval(idle);
      accepts = true;
      followRollouts();
      void app.ready().then(() => {
        if (app.server.listening) return;
        app.server.once('listening', () => {
          void grpcListens.then(() => say({ type: 'accepting' }));
        });
        app.server.listen(socket);
      });
    } else if (order.type === 'accept-grpc') {
      acceptsGrpc = true;
      grpcListens = import('../grpc/server.ts').then(async ({ GrpcServer }) => {
        grpc ??= new GrpcServer(parts);
        if (acceptsGrpc) await grpc.accept(socket);
      });
    } else if (order.type === 'pause') {
      app.server.close();
      grpc?.pause();
      acceptsGrpc = false;
      clearInterval(idle);
      accepts = false;
      followRollouts();
      // Callers with kept-alive connections return to the process that accepts.
      idle = setInterval(() => app.server.closeIdleConnections(), 1000);
    } else if (order.type === 'challenger-ended') challengers.ended(order);
    else if (order.type === 'question') say(answerSibling(order, recent));
    else if (order.type === 'told') siblings.hear(order);
    else if (order.type === 'careful') careful(order.on);
    else if (order.type === 'stop') void stop();
  });
  process.once('disconnect', () => void stop());
}
