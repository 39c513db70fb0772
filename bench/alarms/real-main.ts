import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { load, watch } from './real.ts';
import { REAL_DATA } from './real-data.ts';
import { realTable } from './real-words.ts';
import { intoPage } from './words.ts';

const PAGE = new URL('../../docs/alarms.md', import.meta.url);

/** `npm run watch:data [-- --write]`: alarms on real data; `--write` puts the table into docs/alarms.md. */
const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const found = [];
for (const data of REAL_DATA) {
  const rows = await load(data);
  for (const settings of data.settings) {
    process.stderr.write(`${data.name}, windows of ${settings.hours} h\n`);
    found.push(watch(data, rows, settings));
  }
}
const table = realTable(found);
process.stdout.write(`${table}\n`);
if (values.write)
  writeFileSync(PAGE, intoPage(readFileSync(PAGE, 'utf8'), table, 'npm run watch:data'));
