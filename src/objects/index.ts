import type { ObjectStoreKind } from '../core/object-store-kind.ts';
import { folder } from './folder/index.ts';
import { s3 } from './s3/index.ts';

/** All kinds of object stores; the first one is the default. */
export const objectStoreKinds: readonly [ObjectStoreKind, ...ObjectStoreKind[]] = [folder, s3];

/** Throws for an unknown name: the configuration only accepts known ones. */
export function objectStoreKindOf(name: string): ObjectStoreKind {
  const kind = objectStoreKinds.find((candidate) => candidate.name === name);
  if (!kind) throw new Error(`There is no kind of object store "${name}".`);
  return kind;
}
