import { unsupported } from './errors.ts';
import { checkPaths } from './slot.ts';
import { type Doc, isDoc } from './values.ts';

type Tree = Map<string, Tree>;

/**
 * Plain inclusion or exclusion of (dotted) fields; expressions belong into an aggregation.
 * @throws StoreError for `$slice`, `$elemMatch`, positional and computed fields, and a mix of both
 */
export function compileProjection({ _id, ...fields }: Doc): (doc: Doc) => Doc {
  for (const [path, value] of Object.entries({ _id: _id ?? 1, ...fields })) {
    if (typeof value === 'number' || typeof value === 'boolean') continue;
    throw unsupported(`projecting '${path}' other than by 1 or 0`);
  }
  checkPaths(Object.keys(fields));
  const wanted = new Set(Object.values(fields).map(Boolean));
  if (wanted.size > 1) throw unsupported('a projection that both includes and excludes');
  const withId = _id === undefined || Boolean(_id);
  const including = wanted.has(true) || (wanted.size === 0 && _id !== undefined && withId);

  const tree: Tree = new Map();
  for (const path of Object.keys(fields)) plant(tree, path.split('.'));
  if (withId === including) plant(tree, ['_id']);
  return (doc) => (including ? pick(doc, tree) : omit(doc, tree));
}

function plant(tree: Tree, [part, ...rest]: string[]): void {
  if (part === undefined) return;
  const below = tree.get(part) ?? new Map();
  tree.set(part, below);
  plant(below, rest);
}

function pick(doc: Doc, tree: Tree): Doc {
  return prune(doc, (key, value) => {
    const below = tree.get(key);
    if (!below) return [];
    return below.size === 0 ? [value] : into(value, (part) => pick(part, below), true);
  });
}

function omit(doc: Doc, tree: Tree): Doc {
  return prune(doc, (key, value) => {
    const below = tree.get(key);
    if (!below) return [value];
    return below.size === 0 ? [] : into(value, (part) => omit(part, below), false);
  });
}

function prune(doc: Doc, keep: (key: string, value: unknown) => unknown[]): Doc {
  return Object.fromEntries(
    Object.entries(doc).flatMap(([key, value]) => keep(key, value).map((kept) => [key, kept])),
  );
}

/** Applies to a document or to those in an array; a scalar has no such field to pick or omit. */
function into(value: unknown, apply: (doc: Doc) => Doc, picking: boolean): unknown[] {
  if (isDoc(value)) return [apply(value)];
  if (Array.isArray(value)) return [value.flatMap((item) => into(item, apply, picking))];
  return picking ? [] : [value];
}
