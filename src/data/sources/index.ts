import type { SourceKind } from '../../core/source-kind.ts';
import { folder } from './folder/index.ts';
import { hook } from './hook/index.ts';
import { program } from './program/index.ts';
import { s3 } from './s3/index.ts';

/** All kinds of data sources; the first one is the default. */
export const sourceKinds: readonly [SourceKind, ...SourceKind[]] = [folder, program, hook, s3];

/** Throws for an unknown name: the configuration only accepts known ones. */
export function sourceKindOf(name: string): SourceKind {
  const kind = sourceKinds.find((candidate) => candidate.name === name);
  if (!kind) throw new Error(`There is no kind of data source "${name}".`);
  return kind;
}
