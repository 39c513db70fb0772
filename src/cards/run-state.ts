import type { State } from '../core/ports/replies.ts';
import type { Run } from '../core/ports/runs.ts';
import { comparisonState } from './comparison.ts';
import { probeState } from './probe.ts';
import { trainingState } from './run.ts';
import { whatIfState } from './what-if.ts';

/** The message of a run of any kind that has no result to show: it is under way, failed or was cancelled. */
export function runState(run: Run): State {
  switch (run.kind) {
    case 'train':
      return trainingState(run);
    case 'compare':
      return comparisonState(run);
    case 'what-if':
      return whatIfState(run);
    case 'probe':
      return probeState(run);
  }
}

/** What a run does, in a list of runs. */
export function kindInWords({ kind, imports, versions: [first, ...others] }: Run): string {
  if (imports) return 'import';
  switch (kind) {
    case 'train':
    case 'probe':
      return kind;
    case 'compare':
      return `compare ${others.map((one) => `v${one}`).join(', ')} with v${first}`;
    case 'what-if':
      return `what if v${first}`;
  }
}
