import type { EngineKind } from '../../core/engine-kind.ts';
import { kubernetes } from './kubernetes/index.ts';
import { processEngine } from './process/index.ts';
import { ray } from './ray/index.ts';

/** All kinds of engines; the first one is there without being configured. */
export const engineKinds: readonly [EngineKind, ...EngineKind[]] = [processEngine, kubernetes, ray];

/** Throws for an unknown name: the configuration only accepts known ones. */
export function engineKindOf(name: string): EngineKind {
  const kind = engineKinds.find((candidate) => candidate.name === name);
  if (!kind) throw new Error(`There is no kind of engine "${name}".`);
  return kind;
}
