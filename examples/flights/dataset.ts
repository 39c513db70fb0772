import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { z } from 'zod';
import { literal, withDatabase } from './database.ts';
import { arrivedIn, DEFAULT_SAMPLE, flightsIn, LABELS } from './flights.ts';
import { checked, oneOf, readRequest, report, run, Unusable } from './program.ts';

const Parameters = z.object({ sample: z.coerce.number().int().min(1).default(DEFAULT_SAMPLE) });

/** Writes the flights of the requested window as Parquet: `dataset.ts late`, `delay` or `lateness`. */
await run(async () => {
  const label = oneOf(LABELS, process.argv[2], 'the label');
  const { window, parameters, out, accepted } = readRequest();
  const { sample } = checked(Parameters, parameters, 'reading the parameters');
  if (!out) throw new Unusable('writing the dataset: the request names no file in `out`');

  await withDatabase(async (db) => {
    // Where new data is declared, only what has arrived and was accepted is there.
    const all = accepted
      ? arrivedIn(
          window,
          sample,
          label,
          accepted.filter((file) => existsSync(file)),
        )
      : flightsIn(window, sample, label);
    const rows = `(${all})`;
    // Renamed when whole: a killed run leaves no half a file that looks like a dataset.
    const partial = `${out}.partial`;
    await db.run(`COPY ${rows} TO ${literal(partial)} (FORMAT parquet, COMPRESSION zstd)`);
    const counted = await db.runAndReadAll(
      `SELECT CAST(count(*) AS DOUBLE) FROM read_parquet(${literal(partial)})`,
    );
    await rename(partial, out);
    report({ metric: 'rows', value: Number(counted.getRowsJS()[0]?.[0]) });
  });
});
