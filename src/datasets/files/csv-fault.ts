import type { DuckDBConnection } from '@duckdb/node-api';
import { plural } from '../../core/figures.ts';
import { oneLine } from '../../core/one-line.ts';

/** What separates the columns of CSV, most usual first. */
const SEPARATORS = [',', ';', '\t', '|'] as const;
/** What other programs write, and we do not read. */
const OTHERS = [':', '~', '^', '\u0001'] as const;

export interface CsvFault {
  what: string;
  next: string;
}

/**
 * Why a CSV file came as one column although its first line has several, or could not be read: the line that has
 * another number of values than the header, or a separator that we do not read. Undefined for anything else.
 * `literal` is the file as SQL.
 */
export async function csvFault(
  literal: string,
  connection: DuckDBConnection,
): Promise<CsvFault | undefined> {
  const [header, first = ''] = await firstLines(literal, connection);
  if (header === undefined) return undefined;
  const bare = header.replace(/"(?:[^"]|"")*"/g, 'quoted');
  const times = (text: string, separator: string) => text.split(separator).length - 1;
  const [separator] = SEPARATORS.filter((one) => bare.includes(one)).sort(
    (a, b) => times(bare, b) - times(bare, a),
  );
  if (separator !== undefined)
    return raggedLine(literal, separator, times(bare, separator) + 1, connection);
  const other = OTHERS.find((one) => bare.includes(one) && times(bare, one) === times(first, one));
  return (
    other && {
      what: `its columns seem to be separated by ${JSON.stringify(other)}.`,
      next: 'Separate them by a comma, a semicolon, a tab or "|".',
    }
  );
}

/** The first two lines, without a byte order mark. */
async function firstLines(literal: string, connection: DuckDBConnection): Promise<string[]> {
  const read = await connection.runAndReadAll(
    `SELECT line FROM read_csv(${literal}, auto_detect = false, header = false, columns = {'line': 'VARCHAR'},
       delim = '\u0002', quote = '', escape = '', strict_mode = false) LIMIT 2`,
  );
  return read.getRowObjectsJS().map((row) => String(row['line']).replace(/^\ufeff/, ''));
}

/** DuckDB names the first line whose number of values differs from the number of columns that it is told. */
async function raggedLine(
  literal: string,
  separator: string,
  width: number,
  connection: DuckDBConnection,
): Promise<CsvFault | undefined> {
  const columns = Array.from({ length: width }, (_, at) => `'c${at}': 'VARCHAR'`);
  try {
    await connection.run(
      `SELECT count(*) FROM (SELECT * FROM read_csv(${literal}, auto_detect = false, header = true, columns = {${columns.join(', ')}},
         delim = '${separator}', quote = '"', escape = '"', parallel = false)) WHERE c0 = c${width - 1}`,
    );
    return undefined;
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : '';
    const line = /CSV Error on Line: (\d+)/.exec(said)?.[1];
    if (line === undefined) return undefined;
    const found = /Expected Number of Columns: \d+ Found: (\d+)/.exec(said)?.[1];
    const shown = separator === '\t' ? 'tabs' : `"${separator}"`;
    const what =
      found === undefined
        ? `line ${line}: ${oneLine(/\n([^\n]*quote[^\n]*)/i.exec(said)?.[1] ?? 'it cannot be read')}`
        : `line ${line} has ${plural(Number(found), 'value')} separated by ${shown}, and the header has ${plural(width, 'column')}`;
    return {
      what: `${what}.`,
      next: `Correct the line, or put values that contain ${shown} in double quotes.`,
    };
  }
}
