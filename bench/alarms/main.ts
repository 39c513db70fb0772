import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { certified } from './certified.ts';
import { delays, falseAlarms, LENGTHS, ROWS } from './simulate.ts';
import { intoPage, tablesOf } from './words.ts';
import { SCENE_NAMES } from './world.ts';

const PAGE = new URL('../../docs/alarms.md', import.meta.url);

/** Models of each cell: two years of daily windows, of hourly ones, and changes. */
const SIZES = {
  full: { daily: 6, hourly: 1, changed: 3, rows: ROWS, lengths: LENGTHS },
  quick: { daily: 1, hourly: 0, changed: 1, rows: [200], lengths: LENGTHS.slice(0, 1) },
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
const falsely = size.lengths.flatMap((length) =>
  SCENE_NAMES.flatMap((scene, at) =>
    size.rows.map((rows) => {
      process.stderr.write(`no drift, ${scene}, ${length.name}, ${rows} rows\n`);
      return falseAlarms(scene, length, rows, size[length.name], seed + 1000 * at + rows);
    }),
  ),
);
const late = size.lengths.flatMap((length) =>
  size.rows.flatMap((rows) => {
    process.stderr.write(`changes, ${length.name}, ${rows} rows\n`);
    return delays(length, rows, size.changed, seed + rows);
  }),
);
const shifts = size.lengths.flatMap((length) =>
  SCENE_NAMES.flatMap((scene) =>
    size.rows.map((rows) => certified(scene, length, rows, seed + rows)),
  ),
);
const tables = tablesOf(falsely, shifts, late);
process.stdout.write(`${tables}\n`);
if (values.write) writeFileSync(PAGE, intoPage(readFileSync(PAGE, 'utf8'), tables));
