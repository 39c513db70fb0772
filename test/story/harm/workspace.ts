import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { Accounts } from '../adapters/workspace.ts';
import type { Demo } from '../demo.ts';
import { eventually } from '../eventually.ts';

const TRAINER = fileURLToPath(new URL('../../../examples/flights/train.ts', import.meta.url));
const CHANGE = '2001-03-01';
const EVERY_MS = 360_000;

/**
 * A row every six minutes. Long flights are late until one day, then short ones: a model trained before is wrong from
 * then on, while the features stay the same.
 */
const ROWS = `
  SELECT moment AS time, distance, CASE WHEN n % 2 = 0 THEN 'AA' ELSE 'UA' END AS carrier,
         (((distance > 1000) != (moment >= TIMESTAMP '${CHANGE}')) != (n % 20 = 0))::INTEGER AS label
  FROM (SELECT moment, n, (n * 7919) % 2000 AS distance
        FROM (SELECT moment, epoch(moment)::BIGINT // 360 AS n
              FROM range(TIMESTAMP '2001-01-01', TIMESTAMP '2001-04-01', INTERVAL 6 MINUTE) t(moment)))`;

const DATASET = `
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '${import.meta.resolve('@duckdb/node-api')}';
const { window, out } = JSON.parse(readFileSync(process.env.WHEELHOUSE_REQUEST, 'utf8'));
const db = await (await DuckDBInstance.create(':memory:')).connect();
const moment = (text) => "TIMESTAMP '" + text.slice(0, 19).replace('T', ' ') + "'";
await db.run("COPY (SELECT * FROM (" + ${JSON.stringify(ROWS)} + ") WHERE time >= " + moment(window.from)
  + " AND time < " + moment(window.to) + " ORDER BY time) TO '" + out + "' (FORMAT parquet)");
`;

/** A model that is really trained, and whose data changes. */
export async function writeHarmWorkspace(folder: string, accounts: Accounts): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'dataset.mjs'), DATASET);
  const workspace = {
    name: 'A change of the world',
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
          'node',
          '--import',
          fileURLToPath(import.meta.resolve('tsx/esm')),
          TRAINER,
          'logistic',
        ],
        parameters: {
          trees: { type: 'integer', min: 1, max: 100, default: 10 },
          leaves: { type: 'integer', min: 2, max: 15, default: 4 },
          learning_rate: { type: 'number', min: 0.1, max: 1, default: 0.5 },
        },
        training: { from: '2001-01-01', to: '2001-01-08' },
        evaluation: { days: 2, primary: ['accuracy'], margin: 0.02 },
        gates: [{ metric: 'accuracy', min: 0.8 }],
        probe: { days: 6, minutes: 1 },
        approval: { needed: 1, expires_hours: 24 },
        monitors: {
          live: {
            kind: 'performance',
            window_hours: 24,
            loss: 'accuracy',
            min_rows: 50,
            schedule: '* * * * * *',
          },
        },
      },
    },
  };
  await writeFile(join(folder, 'wheelhouse.yaml'), stringify(workspace));
}

const Monitors = z.object({
  monitors: z.array(
    z.object({ recent: z.array(z.object({ window: z.object({ from: z.string() }) })) }),
  ),
});

/** Eight days of requests after the change, and their labels once the monitor has checked all of these days. */
export async function liveThroughWorseDays({ inferenceUrl, cli, said }: Demo): Promise<void> {
  const url = `${inferenceUrl}/v2/models/flights`;
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${url}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  };
  const labels: { id: string; label: number }[] = [];
  for (let day = 0; day < 8; day += 1) {
    const start = Date.parse(CHANGE) + day * 86_400_000;
    const times = Array.from({ length: 240 }, (_, row) => start + row * EVERY_MS);
    const rows = times.map((time) => {
      const n = time / EVERY_MS;
      const distance = (n * 7919) % 2000;
      const carrier = n % 2 === 0 ? 'AA' : 'UA';
      return {
        id: `row-${n}`,
        distance,
        carrier,
        label: Number(distance > 1000 === (n % 20 === 0)),
      };
    });
    labels.push(...rows.map(({ id, label }) => ({ id, label })));
    const shape = [rows.length, 1];
    await post('infer', {
      inputs: [
        { name: 'distance', datatype: 'FP32', shape, data: rows.map((row) => row.distance) },
        { name: 'carrier', datatype: 'BYTES', shape, data: rows.map((row) => row.carrier) },
      ],
      parameters: {
        ids: rows.map(({ id }) => id),
        times: times.map((time) => new Date(time).toISOString()),
      },
    });
  }
  const last = new Date(Date.parse(CHANGE) + 6 * 86_400_000).toISOString();
  await eventually(
    'all whole days are evaluated',
    async () => {
      const { monitors } = Monitors.parse((await cli(['monitors', 'flights'])).json);
      return monitors[0]?.recent.some(({ window }) => window.from === last);
    },
    { scene: said },
  );
  // In one request, which takes half of them: an alert about the first of these days would be probed with too little
  // data.
  await post('labels', { labels: labels.filter((_, row) => row % 4 < 2) });
}
