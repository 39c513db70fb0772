import type { TargetKind } from '../../core/target-kind.ts';
import { command } from './command/index.ts';
import { gateway } from './gateway/index.ts';
import { kserve } from './kserve/index.ts';
import { mlflow } from './mlflow/index.ts';
import { webhook } from './webhook/index.ts';

/** Those that the configuration may name. */
export const configurable: readonly [TargetKind, ...TargetKind[]] = [
  webhook,
  command,
  mlflow,
  kserve,
];

/** All kinds of targets. */
export const targetKinds: readonly TargetKind[] = [gateway, ...configurable];

/** Throws for an unknown name: the configuration only accepts known ones. */
export function targetKindOf(name: string): TargetKind {
  const kind = targetKinds.find((candidate) => candidate.name === name);
  if (!kind) throw new Error(`There is no kind of target "${name}".`);
  return kind;
}
