import { renameSync } from 'node:fs';
import { literal, withDatabase } from '../database.ts';

/**
 * Writes what the trees answer to the rows they were grown on, as Parquet in the order of those rows: a column for each
 * number of an answer, under its name. Renamed into place when whole.
 * @param answers `[output][row]`
 */
export async function writePredictions(
  path: string,
  names: readonly string[],
  answers: readonly Float64Array[],
): Promise<void> {
  const partial = `${path}.partial`;
  const columns = names.map((name) => `"${name.replaceAll('"', '""')}" DOUBLE`);
  await withDatabase(async (db) => {
    await db.run(`CREATE TABLE predictions (${columns.join(', ')})`);
    const appender = await db.createAppender('predictions');
    const rows = answers[0]?.length ?? 0;
    for (let row = 0; row < rows; row += 1) {
      for (const column of answers) appender.appendDouble(column[row] ?? Number.NaN);
      appender.endRow();
    }
    appender.closeSync();
    await db.run(`COPY predictions TO ${literal(partial)} (FORMAT parquet, COMPRESSION zstd)`);
  });
  renameSync(partial, path);
}
