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
}

interface Plan {
  /** By name. */
  wanted: Wanted[];
  leftOut: (LeftOut & { name: string })[];
}

const LONGEST_NAME = 255;

/**
 * Which objects are copied, under which names. Whoever writes to the bucket chooses the keys: none may lead out of the
 * folder, or keep the others from being copied.
 * @throws WheelhouseError if all together are more than `maxGb`
 */
export function plan(listed: readonly ListedKey[], limits: Limits): Plan {
  const { beginning, maxMb, maxGb, place } = limits;
  const found = listed
    .map((one) => ({ ...one, name: one.key.slice(beginning.length) }))
    .filter(({ name }) => isReadable(name) && isFinished('/', `/${name}`))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const names = new Set(found.map(({ name }) => name));
  const faults = found.map((one) => faultOf(one, names, maxMb));
  const wanted = found.filter((_, at) => faults[at] === undefined);
  const total = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > maxGb * 1e9)
    throw new WheelhouseError(
      'user',
      `Looking for data in ${place}: the files there are more than ${maxGb} GB, so none was read.`,
      { next: 'Name a prefix with fewer files, or raise max_gb.' },
    );
  const leftOut = found.flatMap(({ name, bytes, at: modified }, at) => {
    const why = faults[at];
    return why === undefined ? [] : [{ name, bytes, modified: modified.getTime(), why }];
  });
  return { wanted, leftOut };
}

function faultOf({ name, bytes }: Wanted, names: Set<string>, maxMb: number): string | undefined {
  if (bytes > maxMb * 1e6) return tooLarge(maxMb);
  const parts = name.split('/');
  const isOdd = /[\\\p{Cc}]/u.test(name) || parts.some((part) => ['', '.', '..'].includes(part));
  if (isOdd || parts.some((part) => Buffer.byteLength(part) > LONGEST_NAME))
    return 'Its key cannot be the name of a file. Store it under another one.';
  const parents = parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'));
  const other = parents.find((parent) => names.has(parent));
  return other === undefined
    ? undefined
    : `There is an object ${other} as well, which cannot be a file and a folder. Rename one of them.`;
}

export const tooLarge = (maxMb: number): string =>
  `It is larger than ${maxMb.toLocaleString('en')} MB. Split it, or raise max_mb.`;
