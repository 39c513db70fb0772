import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { stringify } from 'yaml';
import type { Accounts } from '../adapters/workspace.ts';

const TRAINER = fileURLToPath(new URL('../../../examples/flights/train.ts', import.meta.url));
const CHANGE = '2001-02-01';

/**
 * A row every six minutes. Long flights are late until February, then short ones. The features stay the same, so new
 * data passes its checks and an old model is wrong about it.
 */
const rowsOf = (month: string, distance = '(n * 7919) % 2000') => `
  SELECT moment AS time, ${distance} AS distance,
         CASE WHEN n % 2 = 0 THEN 'AA' ELSE 'UA' END AS carrier,
         ((((n * 7919) % 2000 > 1000) != (moment >= TIMESTAMP '${CHANGE}')) != (n % 20 = 0))::INTEGER AS late
  FROM (SELECT moment, epoch(moment)::BIGINT // 360 AS n
        FROM range(TIMESTAMP '${month}-01', TIMESTAMP '${month}-01' + INTERVAL 1 MONTH, INTERVAL 6 MINUTE) t(moment))`;

/** Reads the months that exist, except those that it is told to leave out. */
const DATASET = `
import { readdirSync, readFileSync } from 'node:fs';
import { DuckDBInstance } from '${import.meta.resolve('@duckdb/node-api')}';
const { window, excluded, out } = JSON.parse(readFileSync(process.env.WHEELHOUSE_REQUEST, 'utf8'));
const files = readdirSync('arrivals').filter((name) => name.endsWith('.parquet')).map((name) => 'arrivals/' + name)
  .filter((name) => !excluded.includes(name));
const list = ['first.parquet', ...files].map((name) => "'" + name + "'").join(', ');
const db = await (await DuckDBInstance.create(':memory:')).connect();
const moment = (text) => "TIMESTAMP '" + text.slice(0, 19).replace('T', ' ') + "'";
await db.run("COPY (SELECT time, distance, carrier, late AS label FROM read_parquet([" + list + "]) WHERE time >= "
  + moment(window.from) + " AND time < " + moment(window.to) + " ORDER BY time) TO '" + out + "' (FORMAT parquet)");
`;

/** A model whose data comes month by month, and a policy that acts by itself. */
export async function writeMonthsWorkspace(folder: string, accounts: Accounts): Promise<void> {
  await mkdir(join(folder, 'arrivals'), { recursive: true });
  await writeFile(join(folder, 'dataset.mjs'), DATASET);
  await writeParquet(join(folder, 'first.parquet'), rowsOf('2001-01'));
  const workspace = {
    name: 'Month by month',
    channels: { flights: { topic: 'Will it be late?', at: accounts.channel } },
    people: {
      dev: { name: 'Dev Okafor', role: 'operator', identities: accounts.dev },
      lead: { name: 'Lena Lindqvist', role: 'approver', identities: accounts.lead },
    },
    models: {
      flights: {
        summary: 'Tells whether a flight will be late',
        channel: 'flights',
        features: { distance: 'number', carrier: 'category' },
        label: 'late',
        dataset: ['node', 'dataset.mjs'],
        train: [
          ...['node', '--import', fileURLToPath(import.meta.resolve('tsx/esm'))],
          ...[TRAINER, 'logistic'],
        ],
        parameters: {
          trees: { type: 'integer', min: 1, max: 100, default: 10 },
          leaves: { type: 'integer', min: 2, max: 15, default: 4 },
          learning_rate: { type: 'number', min: 0.1, max: 1, default: 0.5 },
        },
        training: { from: '2001-01-01', to: '2001-01-08' },
        evaluation: { days: 2, primary: ['accuracy'], margin: 0.02 },
        gates: [{ metric: 'accuracy', min: 0.8 }],
        approval: { needed: 1, expires_hours: 24 },
        data: { monthly: { path: 'arrivals/*.parquet', schedule: '* * * * * *' } },
        retrain: {
          ...{ owner: 'dev', cool_down_hours: 0, min_gain: 0.01 },
          on: { data: { rows: 5000 } },
          budget: { trainings: 5 },
        },
      },
    },
  };
  await writeFile(join(folder, 'wheelhouse.yaml'), stringify(workspace));
}

/** A month arrives in one piece, as from a careful exporter. `corrupt`: without distances. */
export async function deliver(
  folder: string,
  month: string,
  how: { corrupt?: true } = {},
): Promise<void> {
  const file = join(folder, 'arrivals', `${month}.parquet`);
  const rows = how.corrupt ? rowsOf(month, 'NULL::BIGINT') : rowsOf(month);
  await writeParquet(`${file}.partial`, rows);
  await rename(`${file}.partial`, file);
}

async function writeParquet(file: string, rows: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  await db.run(`COPY (${rows} ORDER BY time) TO '${file}' (FORMAT parquet)`);
  db.closeSync();
  instance.closeSync();
}
