import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Cell } from './cells.ts';
import { GROWN_FROM } from './grown.ts';
import { simulateAll } from './pool.ts';
import { LENGTHS, ROWS } from './simulate.ts';
import { intoPage, tablesOf } from './words.ts';
import { SCENE_NAMES } from './world.ts';

const PAGE = new URL('../../docs/alarms.md', import.meta.url);

/** Models of each cell: two years of daily windows, of hourly ones, and changes. */
const SIZES = {
  full: { together: 20, grown: 10, daily: 10, hourly: 2, changed: 3, rows: ROWS, lengths: LENGTHS },
  quick: {
    together: 1,
    grown: 1,
    daily: 1,
    hourly: 0,
    changed: 1,
    rows: [200],
    lengths: LENGTHS.slice(0, 1),
  },
};

/**
 * `npm run simulate:alarms [-- --quick] [-- --write]`: how often the detectors and the fixed rules raise an alarm
 * without a change, and how long after one. The same seed gives the same tables; `--write` puts them into
 * docs/alarms.md. Takes minutes, `--quick` seconds.
 */
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
  },
});
const size = SIZES[values.quick ? 'quick' : 'full'];
const seed = Number(values.seed) * 1_000_003;
const many = (models: number) => Array.from({ length: models }, (_, model) => model);

/** The longest first, so that no process is left alone with one at the end. */
const cells = [
  ...SCENE_NAMES.flatMap((_, scene) =>
    many(size.together).map(
      (model): Cell => ({ what: 'together', scene, seed: seed + 1000 * scene + model }),
    ),
  ),
  ...many(size.together).map((model): Cell => ({ what: 'together', seed: seed + 9000 + model })),
  ...SCENE_NAMES.flatMap((_, scene) =>
    GROWN_FROM.flatMap((reference) =>
      many(size.grown).map(
        (model): Cell => ({
          ...{ what: 'grown', scene, reference },
          seed: seed + 1000 * scene + 10 * reference + model,
        }),
      ),
    ),
  ),
  ...size.lengths.toReversed().flatMap(({ name: length }): Cell[] => [
    ...SCENE_NAMES.flatMap((_, scene) =>
      size.rows.flatMap((rows) =>
        many(size[length]).map((model) => ({
          ...{ what: 'false alarms' as const, scene, length, rows },
          seed: seed + 1000 * scene + rows + model,
        })),
      ),
    ),
    ...size.rows.flatMap((rows) =>
      many(size.changed).map((model) => ({
        ...{ what: 'delays' as const, length, rows, seed: seed + rows + model },
      })),
    ),
    ...SCENE_NAMES.flatMap((_, scene) =>
      size.rows.map((rows) => ({
        ...{ what: 'certified' as const, scene, length, rows, seed: seed + rows },
      })),
    ),
  ]),
];

const found = await simulateAll(cells, (done) => {
  if (done % 20 === 0) process.stderr.write(`${done} of ${cells.length}\n`);
});
const byLength = size.lengths.map(({ name }) => name);
const inOrder = <T extends { length: { name: string } }>(all: readonly T[]) =>
  byLength.flatMap((name) => all.filter(({ length }) => length.name === name));
const tables = tablesOf(
  inOrder(found.flatMap(({ falsely }) => falsely ?? [])),
  inOrder(found.flatMap(({ certified }) => certified ?? [])),
  inOrder(found.flatMap(({ delays }) => delays ?? [])),
  found.flatMap(({ together }) => together ?? []),
  found.flatMap(({ grown }) => grown ?? []),
);
process.stdout.write(`${tables}\n`);
if (values.write) writeFileSync(PAGE, intoPage(readFileSync(PAGE, 'utf8'), tables));
