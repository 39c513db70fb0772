import type { Certified } from './certified.ts';
import type { Grown } from './grown.ts';
import { grownTables } from './grown-words.ts';
import { type Delays, type FalseAlarms, type Falsely, MOST, REFERENCES } from './simulate.ts';
import { added, grouped, perPeriod, perTwoYears, table } from './tables.ts';
import { BUDGET_DAYS, type Together } from './together.ts';

/** The page with the tables in the place of those that the command last wrote. Throws if it has no place for them. */
export function intoPage(
  page: string,
  tables: string,
  command = 'npm run simulate:alarms',
): string {
  const begin = `<!-- Written by ${command}. -->`;
  const [from, to] = [page.indexOf(begin), page.indexOf(`<!-- End of what ${command} writes. -->`)];
  if (from < 0 || to < from) throw new Error(`Writing the tables: the page has no "${begin}"`);
  return `${page.slice(0, from + begin.length)}\n\n${tables}\n\n${page.slice(to)}`;
}

/** False alarms by scene and length of windows, rows together; what can be certified; delays by change. */
export function tablesOf(
  falsely: readonly FalseAlarms[],
  certified: readonly Certified[],
  late: readonly Delays[],
  together: readonly Together[],
  grown: readonly Grown[],
): string {
  const references = REFERENCES.map((windows) => `${windows} windows`);
  const scenes = grouped(falsely, ({ scene, length }) => `${scene}, ${length.name}`).map(
    ([name, cells]) => [
      name,
      ...REFERENCES.map((_, at) =>
        perTwoYears(added(cells.flatMap(({ budget }) => budget[at] ?? []))),
      ),
    ],
  );
  const rules = Object.keys(falsely[0]?.fixed ?? {});
  const shares = grouped(
    falsely,
    ({ scene, length, rows }) => `${scene}, ${length.name}\n${rows}`,
  ).map(([key, cells]) => [
    ...key.split('\n'),
    ...rules.map((rule) =>
      share(cells.flatMap(({ fixed, length }) => shareOf(fixed[rule], length.hours))),
    ),
  ]);
  const budget = grouped(late, keyOf).map(([key, cells]) => [
    ...key.split('\n'),
    ...REFERENCES.map((_, at) => delay(cells.flatMap((cell) => cell.budget[at] ?? []))),
    ...rules.map((rule) => delay(cells.flatMap(({ fixed }) => fixed[rule] ?? []))),
  ]);
  return [
    'False alarms in two years, with a 95% interval, by length of the reference:',
    table(['No drift', ...references], scenes),
    togetherTable(together),
    certifiedTable(certified),
    ...grownTables(grown),
    'Share of windows without drift in which a fixed rule raises an alarm, with a reference of 365 windows:',
    table(['No drift', 'Rows', ...rules], shares),
    `Median number of windows until the alarm, with independent rows (–: still learning; > ${MOST}: none in most models). The fixed rules have a reference of 365 windows:`,
    table(['Change', 'Rows', ...references, ...rules], budget),
  ].join('\n\n');
}

function togetherTable(all: readonly Together[]): string {
  const rows = grouped(all, ({ scene }) => scene).map(([scene, models]) => [
    scene,
    ...(['alone', 'whole', 'shared'] as const).map((how) =>
      perPeriod(added(models.map((model) => model[how])), BUDGET_DAYS / 365),
    ),
  ]);
  return [
    'False alarms of a model in the three months in which one is allowed, with a 95% interval; its monitors have windows of one, two and three days, and a reference of 90 days:',
    table(
      ['No drift', 'One monitor', 'Three, each with the whole budget', 'Three that share it'],
      rows,
    ),
  ].join('\n\n');
}

function certifiedTable(certified: readonly Certified[]): string {
  const rows = certified.map(({ scene, length, rows, shifts }) => [
    `${scene}, ${length.name}`,
    String(rows),
    ...shifts.map((shift) => shift?.toFixed(2) ?? 'still learning'),
  ]);
  const columns = ['No drift', 'Rows', ...REFERENCES.map((windows) => `${windows} windows`)];
  return [
    'The smallest shift of a numeric column that can be found, in its standard deviations:',
    table(columns, rows),
  ].join('\n\n');
}

const keyOf = ({ change, length, rows }: Delays) => `${change}, ${length.name}\n${rows}`;

function shareOf(counted: Falsely | undefined, hours: number): number[] {
  return counted && counted.years > 0
    ? [counted.alarms / ((counted.years * 365 * 24) / hours)]
    : [];
}

function share(all: readonly number[]): string {
  const mean = all.reduce((sum, one) => sum + one, 0) / all.length;
  return `${Math.round(100 * mean)}%`;
}

function delay(all: readonly number[]): string {
  const sorted = all.toSorted((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  if (median === undefined) return '–';
  return Number.isFinite(median) ? String(median) : `> ${MOST}`;
}
