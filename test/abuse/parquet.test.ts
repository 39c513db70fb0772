import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { loadWorkspace } from '../../config/workspace.ts';
import { WheelhouseError } from '../../src/core/errors.ts';
import { inspectDataset } from '../../src/datasets/inspect.ts';
import { createFolderArtifacts } from '../../src/objects/artifacts.ts';
import { createScorer } from '../../src/serving/batch.ts';
import { createDatasets } from '../../src/training/datasets.ts';
import { createRunFolders } from '../../src/training/folders.ts';
import { forkScoring } from '../compiled/fork.ts';
import { assault, describe, expect, it, requireCleanPrototypes } from './assault.ts';
import { mutatedBytes, type Source } from './source.ts';

const FEATURES =
  "i % 24 AS hour, i % 7 AS weekday, i * 1.5 AS distance, 'AA' AS origin, 'BB' AS destination, i / 3 AS recent_lateness";
const GOOD = `${FEATURES}, i % 2 AS label`;
/** Valid files with useless columns. */
const SELECTIONS = [
  "'yes' AS label",
  'NULL AS label',
  '2 AS label',
  "'NaN'::DOUBLE AS label",
  '[1, 2] AS label',
  "{'a': 1} AS label",
  "'2001-02-30' AS label",
  "i % 2 AS label, repeat('x', 100000) AS extra",
  'i % 2 AS "la""bel; DROP TABLE x"',
  '0.5 AS label',
  "i % 2 AS label, 'not a time' AS time",
  'i % 2 AS label, 1 AS id',
];
const WINDOW = { from: new Date('2001-01-01'), to: new Date('2001-02-01') };

describe('abuse: parquet', () => {
  it('reads or refuses every hostile data file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-abuse-'));
    const file = join(folder, 'hostile.parquet');
    const duck = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await duck.connect();
    const spec = (await loadWorkspace('examples/flights')).models.get('flights');
    const artifacts = createFolderArtifacts(join(folder, 'artifacts'));
    const scorer = createScorer(artifacts, forkScoring);
    const datasets = createDatasets({
      folders: createRunFolders(join(folder, 'runs')),
      artifacts,
      inspect: inspectDataset,
      // A dataset program that wrote the hostile file. Its output is covered elsewhere.
      programs: {
        async run({ request }) {
          await writeFile(request.out ?? '', await readFile(file));
          return { metrics: {}, artifacts: {} };
        },
      },
    });
    const write = (selection: string) =>
      connection.run(
        `COPY (SELECT ${selection} FROM range(60) t(i)) TO '${file}' (FORMAT parquet)`,
      );

    async function hostile(source: Source): Promise<void> {
      const kind = source.int(0, 9);
      if (kind < 3) {
        await write(`${FEATURES}, ${source.pick(SELECTIONS)}`);
        return;
      }
      await write(GOOD);
      const good = await readFile(file);
      await writeFile(file, kind === 3 ? source.bytes(500) : mutatedBytes(source, good));
    }

    async function take(): Promise<number> {
      const { signal } = new AbortController();
      const { path } = await datasets.prepare({ spec, run: 'run-abuse', window: WINDOW, signal });
      return (await scorer.read(path, spec)).labels.length;
    }

    try {
      await assault('parquet', {
        async attack(source) {
          await hostile(source);
          try {
            expect(await take()).toBeLessThan(1_000_000);
          } catch (error) {
            if (!(error instanceof WheelhouseError)) throw error;
            expect(error.message).not.toContain('\0');
          }
        },
        async unharmed() {
          await write(GOOD);
          expect(await take()).toBe(60);
          requireCleanPrototypes();
        },
      });
    } finally {
      connection.closeSync();
      duck.closeSync();
      await rm(folder, { recursive: true });
    }
  });
});
