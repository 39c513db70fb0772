import type { Costs, Limits, Load, Prices } from './costs.ts';
import { serversFor } from './queueing.ts';

const DAY_S = 86_400;
/** The monitor folds each endpoint once a second at most: two writes, the profile and the cursor. */
const FOLDS_PER_SECOND = 1;
const WRITES_A_FOLD = 2;
/** A gateway stores what it answered every five seconds, for each version that it answered with. */
const TRAFFIC_EVERY_S = 5;
/** Of a training: the run, the evaluation, their messages and what follows them. */
const JOBS_A_TRAINING = 12;
/** Jobs that the monitor calls for: two a model in 15 s for retraining and data, a few for everything. */
const TIMER_JOBS_A_MODEL = 2 / 15;
const TRAINING_WITHIN = { within: 300, share: 0.05 };

interface Part {
  part: string;
  /** What it is measured in. */
  unit: string;
  /** At the peak. */
  needed: number;
  /** What one instance, or the one that there can be, is planned for. */
  one: number;
  /** `needed / one`: above 1, one is not enough. */
  times: number;
  /** Whether more instances share it. If not, it is the limit of an installation. */
  shared: boolean;
}

export interface Plan {
  parts: Part[];
  /** Cores by role, in whole instances where those are whole. */
  gateways: number;
  monitors: number;
  workers: number;
  logTerabytes: number;
  rawMegabytesPerSecond: number;
  sessionsGigabytes: number;
  /** A month. */
  cost: { what: string; amount: string; money: number }[];
}

/** What a load needs, and which part has the least room: pure arithmetic on what was measured. */
export function planFor(load: Load, costs: Costs, limits: Limits, prices: Prices): Plan {
  const { busy } = limits;
  const peak = load.predictionsPerSecond * load.peak;
  const requestCores = (peak * costs.requestMs) / 1000;
  const gateways = Math.max(2, Math.ceil(requestCores / (limits.gatewayCores * busy)));
  const sessionsGigabytes = (load.models * load.modelMegabytes) / 1024;
  const foldCores = (peak * costs.foldUs) / 1e6;
  // What is not busy in a second is not folded in it.
  const active = Math.min(load.models, peak);
  const profileWrites = active * FOLDS_PER_SECOND * WRITES_A_FOLD;
  const trafficWrites = (gateways * active) / TRAFFIC_EVERY_S;
  const rawMegabytesPerSecond = (peak * costs.rawBytes) / 1e6;
  const trainings = (load.trainingsPerDay / DAY_S) * load.peak;
  const workers = serversFor(trainings, load.trainingSeconds, TRAINING_WITHIN);
  const checks = (load.models * load.monitors) / 3600;
  const jobs = trainings * JOBS_A_TRAINING + load.models * TIMER_JOBS_A_MODEL + checks;
  const logTerabytes = (load.predictionsPerSecond * DAY_S * load.days * costs.parquetBytes) / 1e12;
  const monitors = Math.max(1, Math.ceil(foldCores / busy));
  const part =
    (shared: boolean) =>
    (name: string, unit: string, needed: number, one: number): Part => ({
      ...{ part: name, unit, needed, one, times: needed / one, shared },
    });
  const several = part(true);
  const single = part(false);
  const parts = [
    several('gateway: answering', 'cores', requestCores, limits.gatewayCores * busy),
    single('gateway: loaded models', 'GB', sessionsGigabytes, limits.gatewayGigabytes * busy),
    single('monitor: folding rows into profiles', 'cores', foldCores, busy),
    several('monitor: drift checks', 'cores', (checks * costs.checkMs) / 1000, busy),
    single(
      'registry: profiles and cursors',
      'writes/s',
      profileWrites,
      limits.registryWrites * busy,
    ),
    single('registry: counts of gateways', 'writes/s', trafficWrites, limits.registryWrites * busy),
    single(
      'shared folder: prediction log',
      'MB/s',
      rawMegabytesPerSecond,
      limits.sharedMegabytes * busy,
    ),
    several('workers: trainings at a time', 'trainings', workers, 1),
    several('workers: jobs', 'cores', (jobs * costs.jobUs) / 1e6, busy),
    single('Redis', 'cores', (jobs * costs.redisUs) / 1e6, busy),
  ].toSorted((a, b) => b.times - a.times);
  return {
    ...{ parts, gateways, monitors, workers, logTerabytes, rawMegabytesPerSecond },
    sessionsGigabytes,
    cost: costOf({ gateways, monitors, workers, logTerabytes }, limits, prices),
  };
}

const HOURS_A_MONTH = 730;

function costOf(
  of: Pick<Plan, 'gateways' | 'monitors' | 'workers' | 'logTerabytes'>,
  limits: Limits,
  prices: Prices,
): Plan['cost'] {
  const cores = (what: string, count: number, gigabytes: number) => ({
    what,
    amount: `${count} cores, ${gigabytes} GB`,
    money: count * prices.coreHour * HOURS_A_MONTH + gigabytes * prices.gigabyteMonthOfMemory,
  });
  return [
    cores('gateways', of.gateways * limits.gatewayCores, of.gateways * limits.gatewayGigabytes),
    cores('monitors', of.monitors, of.monitors * 2),
    cores('workers, one core and 4 GB for a training', of.workers, of.workers * 4),
    cores('bot, policy, Redis', 6, 12),
    cores('MongoDB, three members', 24, 192),
    {
      what: 'prediction log, as Parquet in an object store',
      amount: `${of.logTerabytes.toFixed(1)} TB`,
      money: of.logTerabytes * 1000 * prices.gigabyteMonthOfObjects,
    },
  ];
}
