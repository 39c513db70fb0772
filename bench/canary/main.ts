import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Behaviour, METRICS, type SimulatedMetric, STABLE, simulate } from './canary.ts';
import { intoPage, type Row, tablesOf } from './words.ts';

const PAGE = new URL('../../docs/rollout.md', import.meta.url);

/**
 * `npm run simulate:canary [-- --quick] [-- --write]`: how often canaries are stopped that are no worse than the stable
 * version, and after how many requests worse ones are. The same seed gives the same tables; `--write` puts them into
 * docs/rollout.md. Takes minutes, `--quick` seconds.
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
  },
});
const size = values.quick
  ? { same: 100, worse: 10, requests: 2000, longest: 100_000 }
  : { same: 2000, worse: 60, requests: 10_000, longest: 600_000 };
const seed = Number(values.seed) * 1_000_003;

/** 25% of the requests go to the challenger. */
const WEIGHT = 0.25;

const WORSE: { words: string; metric: SimulatedMetric; challenger: Partial<Behaviour> }[] = [
  { words: 'accuracy 0.01 lower', metric: 'performance', challenger: { wrong: 0.21 } },
  { words: 'accuracy 0.05 lower', metric: 'performance', challenger: { wrong: 0.25 } },
  { words: '20% slower', metric: 'latency', challenger: { medianMs: 1.2 * STABLE.medianMs } },
  { words: 'errors in 1% of requests', metric: 'errors', challenger: { errors: 0.01 } },
];

const same = Array.from({ length: size.same }, (_, at) => {
  if (at % 200 === 0) process.stderr.write(`${at} of ${size.same} without a difference\n`);
  const looks = { challenger: STABLE, weight: WEIGHT, requests: size.requests, every: 1 };
  return simulate({ ...looks, seed: seed + at });
});
const rows: Row[] = [
  ...METRICS.map((metric) => ({
    words: `no difference: ${metric}`,
    falsely: {
      ours: same.filter(({ stopped }) => stopped[metric]).length / same.length,
      fixed: same.filter(({ fixed }) => fixed[metric]).length / same.length,
    },
  })),
  {
    words: 'no difference: any of the three',
    falsely: {
      ours: same.filter(({ stopped }) => METRICS.some((one) => stopped[one])).length / same.length,
      fixed: same.filter(({ fixed }) => METRICS.some((one) => fixed[one])).length / same.length,
    },
  },
  ...WORSE.map(({ words, metric, challenger }) => {
    process.stderr.write(`${words}\n`);
    const courses = Array.from({ length: size.worse }, (_, at) =>
      simulate({
        ...{ challenger: { ...STABLE, ...challenger }, weight: WEIGHT, requests: size.longest },
        ...{ every: 50, seed: seed + 7919 + at },
      }),
    );
    return { words, after: courses.map(({ stopped }) => stopped[metric]), longest: size.longest };
  }),
];
const tables = tablesOf(rows, { same: size.same, requests: size.requests, worse: size.worse });
process.stdout.write(`${tables}\n`);
if (values.write) writeFileSync(PAGE, intoPage(readFileSync(PAGE, 'utf8'), tables));
