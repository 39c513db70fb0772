import type { Connection } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import type { TallyStore } from '../core/ports/tallies.ts';
import type { ArmTally, ShadowTally, Tally } from '../core/rollout.ts';
import { reached, unlessThere } from './reach.ts';
import { anything, date, number, RowSchema, word } from './schema.ts';

type Bins = Record<string, number>;
interface ArmRow {
  requests: number;
  failures: number;
  times?: Bins;
  answers?: Bins;
}

interface Row {
  /** The challenger's deployment and the step: `deployment-1f/0`. */
  _id: string;
  model: string;
  environment: string;
  deployment: string;
  step: number;
  stable: ArmRow;
  challenger: ArmRow;
  shadow: { requests: number; flipped: number; dropped: number };
  /** By encoded name: a name may hold a dot. */
  slices: Record<string, { rows: number; flipped: number }>;
  broken: string;
  ready: boolean;
  latest: Date;
}

const schema = new RowSchema<Row>({
  _id: word,
  model: word,
  environment: word,
  deployment: word,
  step: number,
  stable: anything,
  challenger: anything,
  shadow: anything,
  slices: anything,
  broken: String,
  ready: Boolean,
  latest: date,
});

/** Counts of one step of a rollout. Gateways add to them, each its own. */
export function talliesIn(connection: Connection, clock: Clock): TallyStore {
  const rows = schema.in(connection, 'Tally', 'rollout_tallies');
  const idOf = (deployment: string, step: number) => `${deployment}/${step}`;
  return reached<TallyStore>(
    {
      async add({ model, environment, deployment, step, tally, ready }) {
        const _id = idOf(deployment, step);
        const put = () =>
          rows.updateOne(
            { _id },
            {
              $inc: increments(tally),
              $max: { latest: clock.now(), ...(ready && { ready }) },
              ...(tally.broken !== undefined && { $set: { broken: tally.broken } }),
              $setOnInsert: { model, environment, deployment, step },
            },
            { upsert: true },
          );
        // Two gateways begin a step at once: the second adds to it.
        if (!(await unlessThere(put))) await put();
      },

      async of(deployment, step) {
        const row = await rows.findById(idOf(deployment, step)).lean<Row>();
        if (!row) return undefined;
        const { requests = 0, flipped = 0, dropped = 0 } = row.shadow ?? {};
        const slices = Object.entries(row.slices ?? {}).map(([name, counts]) => ({
          ...{
            name: decodeURIComponent(name),
            rows: counts.rows ?? 0,
            flipped: counts.flipped ?? 0,
          },
        }));
        return {
          stable: toArm(row.stable),
          challenger: toArm(row.challenger),
          shadow: { requests, flipped, dropped, slices },
          broken: row.broken,
          ready: row.ready === true,
        };
      },
    },
    { add: 'storing what a rollout counted', of: 'reading what a rollout counted' },
  );
}

function increments({ stable, challenger, shadow }: Tally): Bins {
  const { slices, ...counts } = shadow;
  return {
    ...armIncrements('stable', stable),
    ...armIncrements('challenger', challenger),
    ...prefixed('shadow', Object.entries(counts)),
    ...Object.assign({}, ...slices.map(sliceIncrements)),
  };
}

function sliceIncrements({ name, rows, flipped }: ShadowTally['slices'][number]): Bins {
  const key = encodeURIComponent(name).replaceAll('.', '%2E');
  return { [`slices.${key}.rows`]: rows, [`slices.${key}.flipped`]: flipped };
}

function armIncrements(arm: string, { requests, failures, times, answers }: ArmTally): Bins {
  return {
    [`${arm}.requests`]: requests,
    [`${arm}.failures`]: failures,
    ...prefixed(`${arm}.times`, times),
    ...prefixed(`${arm}.answers`, answers),
  };
}

const prefixed = (prefix: string, counts: readonly (readonly [string | number, number])[]): Bins =>
  Object.fromEntries(counts.map(([name, count]) => [`${prefix}.${name}`, count]));

function toArm(row: ArmRow | undefined): ArmTally {
  const { requests = 0, failures = 0, times = {}, answers = {} } = row ?? {};
  return { requests, failures, times: toBins(times), answers: toBins(answers) };
}

const toBins = (bins: Bins): [bin: number, count: number][] =>
  Object.entries(bins)
    .map(([bin, count]): [number, number] => [Number(bin), count])
    .sort(([a], [b]) => a - b);
