import { StoreError, unsupported } from './errors.ts';
import { type Doc, isDoc, typeOf } from './values.ts';

/** One place in a document that an update operator reads and writes. */
export type Slot = {
  /** undefined where the field is missing */
  readonly value: unknown;
  put(value: unknown): void;
  drop(): void;
};

/**
 * Finds the place a dotted path names, through objects and array indexes.
 * @param create make the objects on the way (`$set`), or answer undefined where one is missing
 * @throws StoreError PathNotViable when a scalar stands in the way
 */
export function slotAt(doc: Doc, path: string, create: boolean): Slot | undefined {
  const parts = path.split('.');
  let holder: Doc | unknown[] = doc;
  for (const part of parts.slice(0, -1)) {
    const slot = slotIn(holder, part, path);
    let next = slot.value;
    if (next === undefined) {
      if (!create) return undefined;
      next = {};
      slot.put(next);
    }
    if (Array.isArray(next) || isDoc(next)) holder = next;
    else if (!create) return undefined;
    else throw notViable(path, part, next);
  }
  return slotIn(holder, parts.at(-1) ?? path, path);
}

function slotIn(holder: Doc | unknown[], key: string, path: string): Slot {
  if (!Array.isArray(holder)) {
    return {
      value: Object.hasOwn(holder, key) ? holder[key] : undefined,
      put: (value) => {
        holder[key] = value;
      },
      drop: () => {
        delete holder[key];
      },
    };
  }
  if (!/^\d{1,6}$/.test(key)) throw notViable(path, key, holder);
  const at = Number(key);
  return {
    value: holder[at],
    put: (value) => {
      while (holder.length < at) holder.push(null);
      holder[at] = value;
    },
    // As in MongoDB: an array keeps its length.
    drop: () => {
      if (at < holder.length) holder[at] = null;
    },
  };
}

function notViable(path: string, part: string, value: unknown): StoreError {
  return new StoreError(
    'PathNotViable',
    `Cannot create field '${path}': '${part}' meets a value of type ${typeOf(value).alias}`,
  );
}

/** @throws StoreError for paths that cannot be written, or that two operators would write */
export function checkPaths(paths: readonly string[]): void {
  for (const path of paths) {
    const parts = path.split('.');
    if (parts.some((part) => part.startsWith('$'))) {
      throw unsupported(`the positional or $-prefixed path '${path}'`);
    }
    if (parts.includes('') || parts.includes('__proto__')) {
      throw new StoreError('BadValue', `'${path}' is no path that can be written`);
    }
  }
  const sorted = paths.map((path) => `${path}.`).sort();
  for (const [i, path] of sorted.entries()) {
    if (!sorted[i + 1]?.startsWith(path)) continue;
    const at = path.slice(0, -1);
    throw new StoreError(
      'ConflictingUpdateOperators',
      `Updating the path '${at}' would create a conflict at '${at}'`,
    );
  }
}
