import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startRedis } from '../../src/embedded/redis/start-redis.ts';
import type { Costs, Limits, Load, Prices } from './costs.ts';
import { type Plan, planFor } from './plan.ts';
import { logNormal, meanWait, simulate } from './queueing.ts';
import { intoPage, money, number, tableOf } from './words.ts';

const MEASURED = new URL('./measured.json', import.meta.url);
const PAGE = new URL('../../docs/scale.md', import.meta.url);

/**
 * `npm run simulate:scale [-- --measure] [-- --write]`: what a load needs, from the costs in measured.json. `--measure`
 * measures them again on this machine (a minute); `--write` puts the tables into docs/scale.md. Other loads:
 * `--models 50 --predictions 2000 --trainings 100`.
 */
const { values } = parseArgs({
  options: {
    measure: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    models: { type: 'string', default: '1000' },
    predictions: { type: 'string', default: '100000' },
    trainings: { type: 'string', default: '10000' },
  },
});

const Measured = z.object({
  machine: z.string(),
  at: z.string(),
  costs: z.object({
    requestMs: z.number(),
    rawBytes: z.number(),
    parquetBytes: z.number(),
    foldUs: z.number(),
    checkMs: z.number(),
    jobUs: z.number(),
    redisUs: z.number(),
  }),
});

const LOAD: Load = {
  models: Number(values.models),
  predictionsPerSecond: Number(values.predictions),
  trainingsPerDay: Number(values.trainings),
  ...{
    peak: 2,
    trainingSeconds: 300,
    trainingSpread: 1,
    monitors: 3,
    modelMegabytes: 20,
    days: 30,
  },
};
const LIMITS: Limits = {
  ...{ registryWrites: 5000, sharedMegabytes: 500, busy: 0.6 },
  ...{ gatewayCores: 4, gatewayGigabytes: 16 },
};
/** US dollars: about the list prices of a large cloud, without discounts. */
const PRICES: Prices = {
  ...{ coreHour: 0.04, gigabyteMonthOfMemory: 3 },
  ...{ gigabyteMonthOfObjects: 0.023 },
};
const SMALLER: readonly [string, Partial<Load>][] = [
  ['a team', { models: 10, predictionsPerSecond: 100, trainingsPerDay: 20 }],
  ['a department', { models: 100, predictionsPerSecond: 2000, trainingsPerDay: 500 }],
];

/** Of a load that is split among six installations. */
const SIXTH: Partial<Load> = {
  models: Math.ceil(LOAD.models / 6),
  predictionsPerSecond: Math.ceil(LOAD.predictionsPerSecond / 6),
  trainingsPerDay: Math.ceil(LOAD.trainingsPerDay / 6),
};

if (values.measure) {
  const { measureCosts } = await import('./measure.ts');
  const { describeMachine } = await import('../machine.ts');
  const dir = await mkdtemp(join(tmpdir(), 'bench-scale-redis-'));
  const redis = await startRedis({ dir });
  try {
    const costs: Costs = await measureCosts(redis.url);
    const { cpu, cores, node } = await describeMachine(redis.url);
    const machine = `${cores} cores of ${cpu}, Node ${node}`;
    const measured = { machine, at: new Date().toISOString().slice(0, 10), costs };
    writeFileSync(MEASURED, `${JSON.stringify(measured, null, 2)}\n`);
  } finally {
    await redis.stop();
    await rm(dir, { recursive: true });
  }
}

const { machine, at, costs } = Measured.parse(JSON.parse(readFileSync(MEASURED, 'utf8')));
const plan = planFor(LOAD, costs, LIMITS, PRICES);
const tables = {
  costs: tableOf(
    ['One …', 'costs'],
    [
      ['request for a prediction of one row, logged', `${number(costs.requestMs)} ms of a core`],
      ['logged row of seven columns, raw', `${number(costs.rawBytes)} bytes`],
      ['the same as Parquet', `${number(costs.parquetBytes)} bytes`],
      ['row read from the log and added to profiles', `${number(costs.foldUs)} µs of a core`],
      ['drift check of a window of an hour, 20 columns', `${number(costs.checkMs)} ms of a core`],
      [
        'job, queued and done',
        `${number(costs.jobUs)} µs of a core, ${number(costs.redisUs)} µs of Redis`,
      ],
    ],
  ).concat(`\nMeasured on ${at}: ${machine}.`),
  parts: partsOf(plan),
  sizes: tableOf(
    [
      '',
      'models',
      'predictions/s',
      'trainings a day',
      'gateways',
      'monitor cores',
      'trainings at a time',
      'the nearest limit',
    ],
    [...SMALLER, ['the target', {}] as const, ['a sixth of it', SIXTH] as const].map(
      ([name, less]) => {
        const load = { ...LOAD, ...less };
        const of = planFor(load, costs, LIMITS, PRICES);
        return [
          name,
          ...[load.models, load.predictionsPerSecond, load.trainingsPerDay].map(number),
          ...[of.gateways, of.monitors, of.workers].map(number),
          ...of.parts
            .filter(({ shared }) => !shared)
            .slice(0, 1)
            .map(({ part, times }) => `${part} (${number(100 * times)}%)`),
        ];
      },
    ),
  ),
  trainings: trainings(),
  cost: tableOf(
    ['Part', 'Size', 'US dollars a month'],
    [
      ...plan.cost.map(({ what, amount, money: sum }) => [what, amount, money(sum)]),
      ['**together**', '', money(plan.cost.reduce((sum, one) => sum + one.money, 0))],
    ],
  ),
};

/** Of what all instances share. */
function helped(times: number): string {
  return times > 1 ? `**no: full at ${number(100 / times)}% of the load**` : 'no';
}

function partsOf({ parts }: Plan): string {
  return tableOf(
    ['Part', 'needed at the peak', 'one is planned for', 'times', 'more instances help'],
    parts.map(({ part, unit, needed, one, times, shared }) => [
      part,
      `${number(needed)} ${unit}`,
      `${number(one)} ${unit}`,
      number(times),
      shared ? 'yes' : helped(times),
    ]),
  );
}

/** Arrivals over a day as a sine from nothing to twice the mean, in the middle of the day. */
function trainings(): string {
  const mean = LOAD.trainingsPerDay / 86_400;
  const cv2 = Math.exp(LOAD.trainingSpread ** 2) - 1;
  const counts = [1, 1.1, 1.25].map((times) => Math.ceil(plan.workers * times));
  const mostly = Math.ceil(mean * LOAD.trainingSeconds * 1.2);
  return tableOf(
    [
      'Trainings at a time',
      'wait on average',
      'p95',
      'p99',
      'longer than 5 min',
      'formula, at the peak',
    ],
    [mostly, ...counts].map((servers) => {
      const found = simulate({
        servers,
        arrivals: (part) => mean * (1 - Math.cos(2 * Math.PI * part)),
        mostArrivals: 2 * mean,
        service: logNormal(LOAD.trainingSeconds, LOAD.trainingSpread),
        ...{ days: 14, seed: 1 },
      }).toSorted((a, b) => a - b);
      const quantile = (share: number) => found[Math.floor(share * found.length)] ?? 0;
      const average = found.reduce((sum, one) => sum + one, 0) / found.length;
      const late = found.filter((one) => one > 300).length / found.length;
      const formula = meanWait(servers, mean * LOAD.peak, LOAD.trainingSeconds, cv2);
      return [
        number(servers),
        `${number(average)} s`,
        ...[0.95, 0.99].map((share) => `${number(quantile(share))} s`),
        `${number(100 * late)}%`,
        Number.isFinite(formula) ? `${number(formula)} s` : 'grows without end',
      ];
    }),
  );
}

for (const [name, table] of Object.entries(tables)) process.stdout.write(`\n# ${name}\n${table}\n`);
if (values.write)
  writeFileSync(
    PAGE,
    Object.entries(tables).reduce(
      (page, [name, table]) => intoPage(page, name, table),
      readFileSync(PAGE, 'utf8'),
    ),
  );
