import { open, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { BadInput, NotFound } from '../../core/errors.ts';
import { oneLine } from '../../core/one-line.ts';

type Format = 'parquet' | 'csv' | 'json';

/** A file that exists and begins like one of its format. */
export interface Sniffed {
  path: string;
  /** As it was asked for, in one line. */
  name: string;
  format: Format;
}

const ENDINGS: Readonly<Record<string, Format>> = {
  parquet: 'parquet',
  pq: 'parquet',
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  json: 'json',
  jsonl: 'json',
  ndjson: 'json',
};
const HEAD = 4096;
/** What compressed files begin with. DuckDB reads them by the end of their name. */
const COMPRESSED = /\.(?:gz|zst)$/;

/**
 * The format of a file, by the end of its name, or by how it begins where the name says none. Throws NotFound where
 * it is not there, and BadInput where it is empty, no file, or cannot be what its name says.
 */
export async function sniff(asked: string): Promise<Sniffed> {
  const path = resolve(asked);
  const name = oneLine(asked);
  const head = await headOf(path, name);
  if (head.length === 0)
    throw new BadInput(`${name} is empty.`, { next: 'It needs at least a line with the columns.' });
  const plain = basename(path).toLowerCase().replace(COMPRESSED, '');
  const isCompressed = plain !== basename(path).toLowerCase();
  const said = ENDINGS[/\.([^.]+)$/.exec(plain)?.[1] ?? ''];
  const isParquet = head.subarray(0, 4).toString('latin1') === 'PAR1';
  if (said === 'parquet' && !isParquet)
    throw new BadInput(`${name} is not a Parquet file.`, {
      next: 'If it holds CSV or JSON lines, let its name end in .csv or .jsonl.',
    });
  if (isParquet) {
    if (said === undefined || said === 'parquet') return { path, name, format: 'parquet' };
    throw new BadInput(`${name} is a Parquet file.`, { next: 'Let its name end in .parquet.' });
  }
  if (!isCompressed && head.includes(0))
    throw new BadInput(`${name} is not text, but binary.`, {
      next: 'Parquet, CSV and JSON lines can be read.',
    });
  return { path, name, format: said ?? (/^\s*[{[]/.test(head.toString()) ? 'json' : 'csv') };
}

async function headOf(path: string, name: string): Promise<Buffer> {
  try {
    if (!(await stat(path)).isFile()) throw new BadInput(`${name} is not a file.`);
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof BadInput) throw cause;
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new NotFound(`There is no file ${name}.`, { cause });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BadInput(`Opening ${name}: ${oneLine(reason)}`, { cause });
  }
}
