import type { MetricDefinition } from './define.ts';
import { PROCESS } from './process.ts';
import { SERVING } from './serving.ts';
import { STATE } from './state.ts';
import { WORK } from './work.ts';

/** All that Wheelhouse exports, besides what is Node's own. docs/observability.md lists them. */
export const METRICS: readonly MetricDefinition[] = [PROCESS, WORK, SERVING, STATE].flatMap(
  (group): MetricDefinition[] => Object.values(group),
);
