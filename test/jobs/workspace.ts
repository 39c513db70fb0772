import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import type { ModelSpec } from '../../src/core/model.ts';
import { GateSetting } from '../../src/release/gates/index.ts';
import { encode } from '../onnx/proto.ts';
import { flights } from '../training/spec.ts';
import { SMALL_MODELS, type SmallTask } from './small-models.ts';

/** One row an hour from 2001 on. */
const rowsOf = (label: string) => `
  SELECT ${label} AS label, distance, carrier
  FROM (SELECT moment, n, (n * 7919) % 2000 AS distance,
               CASE WHEN n % 2 = 0 THEN 'AA' ELSE 'UA' END AS carrier
        FROM (SELECT moment, epoch(moment)::BIGINT // 3600 AS n
              FROM range(TIMESTAMP '2001-01-01', TIMESTAMP '2001-06-01', INTERVAL 1 HOUR) t(moment)))`;

const datasetProgram = (rows: string) => `
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
// Faster than importing it: the named exports of its files need not be resolved.
const { DuckDBInstance } = createRequire(import.meta.url)('${fileURLToPath(import.meta.resolve('@duckdb/node-api'))}');
const { window, out } = JSON.parse(readFileSync(process.env.WHEELHOUSE_REQUEST, 'utf8'));
const db = await (await DuckDBInstance.create(':memory:')).connect();
const day = (text) => "TIMESTAMP '" + text.slice(0, 10) + "'";
await db.run("COPY (" + ${JSON.stringify(rows.replace('SELECT', 'SELECT moment AS time,'))} + " WHERE moment >= " + day(window.from) + " AND moment < "
  + day(window.to) + " ORDER BY moment) TO '" + out + "' (FORMAT parquet)");
`;

const TRAIN = `
set -eu
echo "training with $WHEELHOUSE_PARAM_QUALITY"
echo '{"progress": 0.5, "message": "half way"}'
case "$WHEELHOUSE_PARAM_QUALITY" in
  broken) echo "the data is odd"; exit 3 ;;
  silent) exit 0 ;;
  slow) echo started; sleep 120 ;;
esac
model="$WHEELHOUSE_PARAM_QUALITY"
if [ "$model" = steady ]; then
  model=strong
  for tenths in 2 3 4 5 6 7 8 9; do sleep 0.7; echo "{\\"progress\\": 0.$tenths}"; done
fi
cp "$model.onnx" "$WHEELHOUSE_RUN_DIR/model.onnx"
echo '{"metric": "train_auc", "value": 0.8}'
if [ -f predictions.parquet ]; then
  cp predictions.parquet "$WHEELHOUSE_RUN_DIR/predictions.parquet"
  echo '{"artifact": "predictions", "path": "predictions.parquet"}'
fi
echo '{"artifact": "model", "path": "model.onnx"}'
`;

/** All that `dataset.sh` does. */
export const COPY_ROWS = 'cp rows.parquet "$WHEELHOUSE_OUT"\n';

/** A model whose weights are in a second file. */
const ELSEWHERE = encode({
  ir_version: 8,
  opset_import: [{ version: 17 }],
  graph: {
    initializer: [
      {
        name: 'w',
        data_type: 1,
        data_location: 1,
        external_data: [{ key: 'location', value: 'model.onnx.data' }],
      },
    ],
  },
});

/**
 * A workspace with real, small programs. `dataset.mjs` queries the window with DuckDB; `dataset.sh` copies the same
 * rows whatever the window, which is faster.
 */
export async function writeWorkspace(folder: string, task: SmallTask = 'binary'): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = (name: string) => join(folder, name);
  const { label, files } = SMALL_MODELS[task];
  const rows = rowsOf(label);
  await writeFile(file('dataset.mjs'), datasetProgram(rows));
  await writeFile(file('dataset.sh'), COPY_ROWS);
  await writeFile(file('train.sh'), TRAIN);
  for (const [name, bytes] of Object.entries(files)) await writeFile(file(`${name}.onnx`), bytes);
  await writeFile(file('elsewhere.onnx'), ELSEWHERE);
  // The last value of a repeated field counts: IR version 99.
  await writeFile(file('newer.onnx'), Buffer.concat([files.strong, Buffer.from([0x08, 99])]));
  await writeFile(file('rows.parquet'), await parquetOf(rows));
}

const written = new Map<string, Promise<Buffer>>();

/** The rows of January, queried once with DuckDB. */
function parquetOf(rows: string): Promise<Buffer> {
  const made = written.get(rows) ?? writeParquet(rows);
  written.set(rows, made);
  return made;
}

async function writeParquet(rows: string): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-rows-'));
  const file = join(folder, 'rows.parquet');
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  await db.run(
    `COPY (${rows} WHERE moment < TIMESTAMP '2001-02-01' ORDER BY moment) TO '${file}' (FORMAT parquet)`,
  );
  db.closeSync();
  instance.closeSync();
  const bytes = await readFile(file);
  await rm(folder, { recursive: true });
  return bytes;
}

export function specOf(folder: string): ModelSpec {
  return {
    ...flights,
    homes: [{ platform: 'web', channel: 'flights' }],
    programs: { dataset: ['sh', 'dataset.sh'], train: ['sh', 'train.sh'] },
    parameters: { quality: { type: 'string', summary: '', default: 'strong' } },
    gates: [
      { min_rows: 200 },
      { metric: 'auc', min: 0.65 },
      { compare: 'champion', metric: 'auc', require: 'not worse', margin: 0.01 },
    ].map((gate) => GateSetting.parse(gate)),
    monitors: [
      {
        name: 'drift',
        kind: 'drift',
        windowHours: 24,
        schedule: '* * * * *',
        ...{ minRows: 50, need: 2, of: 3 },
        settings: { important: ['distance'] },
      },
    ],
    folder,
  };
}
