import { access, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { literal, withDatabase } from '../database.ts';
import { FIRST_ARRIVAL, type Label, monthlyRows } from '../flights.ts';
import type { Flight } from './rows.ts';

interface Months {
  folder: string;
  /** One file for each month: `lateness-2001-03.parquet`. */
  model: string;
  label: Label;
  /** Where the replay ends: a month that is over by then is written too. */
  to: Date;
  /** From this day on the staged incident lasts; undefined: never. */
  incident: Date | undefined;
}

/**
 * Passes the flights on. When they have gone past the end of a month, its rows appear in the folder, as the export of a
 * data team would: whole, under its name, and once, whatever was interrupted.
 */
export async function* exporting(
  flights: AsyncIterable<Flight>,
  months: Months,
): AsyncGenerator<Flight> {
  let next = monthAfter(FIRST_ARRIVAL, 0);
  // One after the other, beside the traffic: a month takes seconds to write.
  let writing: Promise<void> = Promise.resolve();
  let failed: { error: unknown } | undefined;
  const past = (time: Date) => {
    for (; monthAfter(next, 1) <= time; next = monthAfter(next, 1)) {
      const month = next;
      writing = writing
        .then(() => writeMonth(month, months))
        .catch((error: unknown) => {
          failed ??= { error };
        });
    }
  };
  for await (const flight of flights) {
    if (failed) throw failed.error;
    past(flight.time);
    yield flight;
  }
  past(months.to);
  await writing;
  if (failed) throw failed.error;
}

async function writeMonth(from: Date, { folder, model, label, incident }: Months): Promise<void> {
  const file = join(folder, `${model}-${from.toISOString().slice(0, 7)}.parquet`);
  if (await exists(file)) return;
  await mkdir(folder, { recursive: true });
  const rows = monthlyRows({ from, to: monthAfter(from, 1) }, label, {
    isBroken: incident !== undefined && from >= incident,
  });
  const partial = `${file}.partial`;
  // A database of its own: the traffic does not wait for it.
  await withDatabase((db) =>
    db.run(`COPY (${rows}) TO ${literal(partial)} (FORMAT parquet, COMPRESSION zstd)`),
  );
  await rename(partial, file);
}

const monthAfter = (date: Date, months: number): Date =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
