import { type Clock, systemClock } from '../core/clock.ts';
import { Unreachable, type WheelhouseError } from '../core/errors.ts';
import type { Artifacts } from '../core/ports/artifacts.ts';
import type { Answering } from '../core/ports/gateways.ts';
import type { LiveVersions } from '../core/ports/serving.ts';
import { answeringOf } from './answering.ts';
import { createGuard, type GuardOptions } from './guard.ts';
import { Inference } from './inference.ts';
import type { PredictionLog } from './log/log.ts';
import { ModelCache } from './model-cache.ts';
import { Admission } from './overload.ts';
import { type Planned, planFor } from './plan.ts';
import { createRecentIds } from './recent.ts';
import { createRoutes, REQUEST_MS } from './routes.ts';
import { TIME_LIMITS, type TimeLimits } from './times.ts';
import { TrafficCounter } from './traffic.ts';

interface GatewayOptions {
  live: LiveVersions;
  artifacts: Artifacts;
  /** Belongs to the caller, who closes it after `stop`. */
  log: PredictionLog;
  host: string;
  /** 0 picks a free port. */
  port: number;
  clock?: Clock;
  /** The first one is also served without its name in the address. */
  environments: readonly [string, ...string[]];
  /** Maximum number of rows per request. */
  maxRows?: number;
  /** How often the registry is asked, in addition to its notifications. */
  pollMs?: number;
  keepWarm?: number;
  /** Host names and token that it accepts; loopback names and IP addresses are always accepted. */
  guard?: GuardOptions;
  /** Accepted prediction times. Default: any until five minutes from now. */
  times?: TimeLimits;
  /** How long a caller may take to send a request, headers and body. */
  requestMs?: number;
  /** Default: one that nobody reads. */
  traffic?: TrafficCounter;
  /** What an operator should know: a version that does not load, an unreachable registry, an internal error. */
  onProblem?(problem: WheelhouseError): void;
}

export interface Gateway {
  /** Loads what is live, then listens. Does not fail if a version does not load: see `/v2/health/ready`. */
  start(): Promise<void>;
  /** Finishes requests in progress, then closes. */
  stop(): Promise<void>;
  /** `http://host:port`, once started. */
  readonly address: string;
  /** `host:port` for gRPC, if that is on. */
  readonly grpcAddress?: string | undefined;
  /** What it answers now. */
  readonly serving: readonly Answering[];
}

/** Serves what is live in these environments by the Open Inference Protocol v2, and logs its answers. */
export function createGateway(options: GatewayOptions): Gateway {
  const {
    live,
    artifacts,
    log,
    clock = systemClock,
    environments,
    maxRows = 1024,
    pollMs = 2000,
    keepWarm = 3,
    guard = {},
    times = TIME_LIMITS,
    requestMs = REQUEST_MS,
    traffic = new TrafficCounter(clock),
    onProblem = () => {},
  } = options;
  let planned: readonly Planned[] = [];
  const plan = async () => {
    planned = planFor(await live.list(), environments);
    return planned;
  };
  const cache = new ModelCache({ plan, artifacts, clock, maxRows, keepWarm, onProblem });
  const recent = createRecentIds();
  const admission = new Admission({ queueMs: undefined, onProblem });
  const app = createRoutes({
    ...{ cache, log, environments, clock, maxRows, requestMs, onProblem, recent, traffic },
    ...{ admission, guard: createGuard(guard) },
    inference: new Inference({ cache, log, clock, times, recent, traffic, admission }),
  });
  let address = '';
  let unsubscribe = () => {};
  let timer: NodeJS.Timeout | undefined;

  return {
    async start() {
      unsubscribe = live.onChange(() => void cache.refresh());
      await cache.refresh();
      timer = setInterval(() => void cache.refresh(), pollMs);
      timer.unref();
      try {
        address = await app.listen({ host: options.host, port: options.port });
      } catch (cause) {
        throw new Unreachable(`opening the inference gateway on ${options.host}:${options.port}.`, {
          next: 'Choose another port, or stop what listens there.',
          cause,
        });
      }
    },
    async stop() {
      unsubscribe();
      clearInterval(timer);
      await app.close();
      await cache.close();
      await log.flush();
    },
    get address() {
      return address;
    },
    get serving() {
      return answeringOf(planned, cache);
    },
  };
}
