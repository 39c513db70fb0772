import { moment } from '../../core/figures.ts';
import type { Examined } from '../../objects/sweep.ts';

interface About {
  place: string;
  keepDays: number;
  remove: boolean;
  found: readonly Examined[];
}

/** More than this many are for `--json`. */
const SHOWN = 20;
const NOTHING = 'nothing';

export function inText({ place, keepDays, remove, found }: About): string {
  const rows = usersOf(found).map(({ name, objects, bytes }) => [
    ...[name, String(objects), sizeOf(bytes)],
  ]);
  const head = ['Used by', 'Objects', 'Size'];
  const unused = unusedIn(found);
  const lines = unused
    .slice(0, SHOWN)
    .map(({ sha256, bytes, at, removedAt }) =>
      [
        sha256,
        sizeOf(bytes).padStart(8),
        `stored ${moment(at)} UTC`,
        ...(removedAt ? [`${remove ? 'removed' : 'could go'} ${moment(removedAt)} UTC`] : []),
      ].join('  '),
    );
  const rest =
    unused.length > SHOWN ? [`… and ${unused.length - SHOWN} more: --json lists all.`] : [];
  const rule = remove
    ? `Objects that nothing refers to are removed ${keepDays} days after they were stored, and a day after they were marked.`
    : `Nothing is removed: "objects.remove" is false. With true, it would be, ${keepDays} days after it was stored.`;
  return [
    `${place}: ${found.length} objects, ${sizeOf(sumOf(found))}.`,
    '',
    ...columns([head, ...rows]),
    '',
    ...(lines.length > 0 ? ['Nothing refers to:', ...lines, ...rest, ''] : []),
    rule,
    '',
  ].join('\n');
}

export function inJson({ place, keepDays, remove, found }: About): string {
  const unused = unusedIn(found).map(({ usedBy: _, ...object }) => object);
  const report = {
    ...{ place, objects: found.length, bytes: sumOf(found), keepDays, remove },
    ...{ usedBy: usersOf(found), unused },
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** An object may be used by several. */
function usersOf(found: readonly Examined[]) {
  const sums = new Map<string, { objects: number; bytes: number }>();
  for (const { usedBy, bytes } of found)
    for (const name of usedBy.length > 0 ? usedBy : [NOTHING]) {
      const sum = sums.get(name) ?? { objects: 0, bytes: 0 };
      sums.set(name, { objects: sum.objects + 1, bytes: sum.bytes + bytes });
    }
  return [...sums]
    .map(([name, sum]) => ({ name, ...sum }))
    .toSorted((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}

/** Those that go first come first. */
const unusedIn = (found: readonly Examined[]): Examined[] =>
  found
    .filter(({ removedAt }) => removedAt !== undefined)
    .toSorted((a, b) => (a.removedAt?.getTime() ?? 0) - (b.removedAt?.getTime() ?? 0));

const sumOf = (found: readonly Examined[]) => found.reduce((sum, { bytes }) => sum + bytes, 0);

function sizeOf(bytes: number): string {
  const [unit, size] =
    bytes >= 1e9 ? ['GB', bytes / 1e9] : bytes >= 1e6 ? ['MB', bytes / 1e6] : ['kB', bytes / 1e3];
  return `${size.toFixed(1)} ${unit}`;
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map(([name = '', ...numbers]) =>
    [name.padEnd(width(0)), ...numbers.map((cell, at) => cell.padStart(width(at + 1)))].join('  '),
  );
}
