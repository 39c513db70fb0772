import type { LeftOut } from '../../../core/data.ts';
import { WheelhouseError } from '../../../core/errors.ts';
import type { ListedKey } from '../../../s3/list.ts';
import { isFinished, isReadable } from '../../names.ts';

/** An object that is to be copied. */
export interface Wanted extends ListedKey {
  /** Its file, relative to the folder of copies. */
  name: string;
}

interface Limits {
  /** Of the key, in front of the name of the file. */
  beginning: string;
  maxMb: number;
  maxGb: number;
  /** The bucket, for people. */
  place: string;
  /** Files that are kept of the list. */
  most?: number;
}

interface Plan {
  /** By name. */
  wanted: Wanted[];
  leftOut: (LeftOut & { name: string })[];
}

const LONGEST_NAME = 255;
/** About 50 MB of names, sizes and times. */
const MOST = 100_000;

/**
 * Which objects are copied, under which names. Whoever writes to the bucket chooses the keys: none may lead out of the
 * folder, or keep the others from being copied. Of the list, only the keys of data files are kept, and no more than
 * `most`: it is not read on once that is clear to be too much.
 * @throws WheelhouseError if there are more than `most`, or all together are more than `maxGb`
 */
export async function plan(
  listed: AsyncIterable<ListedKey> | Iterable<ListedKey>,
  { beginning, maxMb, maxGb, place, most = MOST }: Limits,
): Promise<Plan> {
  const refuse = (what: string, next: string) =>
    new WheelhouseError('user', `Looking for data in ${place}: ${what}, so none was read.`, {
      next,
    });
  const found: Wanted[] = [];
  let total = 0;
  for await (const one of listed) {
    const name = one.key.slice(beginning.length);
    if (!isReadable(name) || !isFinished('/', `/${name}`)) continue;
    const file = { ...one, name };
    found.push(file);
    if (found.length > most)
      throw refuse(
        `there are more than ${most.toLocaleString('en')} files`,
        'Name a prefix with fewer files, or put several into one.',
      );
    if (faultOfOne(file, maxMb) === undefined) total += one.bytes;
    if (total > maxGb * 1e9)
      throw refuse(
        `the files there are more than ${maxGb} GB`,
        'Name a prefix with fewer files, or raise max_gb.',
      );
  }
  found.sort((one, other) => (one.name < other.name ? -1 : 1));
  const names = new Set(found.map(({ name }) => name));
  const faults = found.map((one) => faultOfOne(one, maxMb) ?? faultAmong(one, names));
  const leftOut = found.flatMap(({ name, bytes, at: modified }, at) => {
    const why = faults[at];
    return why === undefined ? [] : [{ name, bytes, modified: modified.getTime(), why }];
  });
  return { wanted: found.filter((_, at) => faults[at] === undefined), leftOut };
}

function faultOfOne({ name, bytes }: Wanted, maxMb: number): string | undefined {
  if (bytes > maxMb * 1e6) return tooLarge(maxMb);
  const parts = name.split('/');
  const isOdd = /[\\\p{Cc}]/u.test(name) || parts.some((part) => ['', '.', '..'].includes(part));
  return isOdd || parts.some((part) => Buffer.byteLength(part) > LONGEST_NAME)
    ? 'Its key cannot be the name of a file. Store it under another one.'
    : undefined;
}

function faultAmong({ name }: Wanted, names: ReadonlySet<string>): string | undefined {
  const parts = name.split('/');
  const parents = parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'));
  const other = parents.find((parent) => names.has(parent));
  return other === undefined
    ? undefined
    : `There is an object ${other} as well, which cannot be a file and a folder. Rename one of them.`;
}

export const tooLarge = (maxMb: number): string =>
  `It is larger than ${maxMb.toLocaleString('en')} MB. Split it, or raise max_mb.`;
