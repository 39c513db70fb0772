import { inWords } from '../../src/core/errors.ts';
import type { ModelSpec } from '../../src/core/model.ts';
import type { Columns, Timing } from '../../src/core/ports/programs.ts';
import type { DatasetFingerprint, Version } from '../../src/core/ports/versions.ts';
import type { Needs } from '../../src/core/world.ts';
import type { Comparison } from '../../src/evaluation/compare.ts';
import { problemOf } from '../../src/release/gates/smoke/problem.ts';
import { meetingWindow } from '../../src/training/windows.ts';
import { dataReach } from './data-reach.ts';
import { incomparable, NoAnswer } from './meet.ts';
import { meetOnNewest } from './meet-newest.ts';
import { askVersion } from './smoke-test.ts';

type Parts = Needs<'datasets' | 'scorer' | 'profiles' | 'arrivals'>;

interface Meeting {
  spec: ModelSpec;
  /** What the rows are prepared for: the ID of a request. */
  run: string;
  champion: Version;
  challenger: Version;
  /** Rows that the challenger has answered. */
  rows: Columns;
}

/** With the champion's times, if it answered at all. */
type Against = (
  | { comparison: Comparison & { dataset: DatasetFingerprint } }
  | { unusable: string }
) & { times?: Timing };

/**
 * Compares the challenger with the live version, on the newest days that neither was trained on. A champion
 * without usable answers must not block its successor: then `unusable` gives the reason, as sentences.
 */
export async function againstChampion(
  meeting: Meeting,
  needs: Parts,
  signal: AbortSignal,
): Promise<Against> {
  const { spec, champion, challenger, rows } = meeting;
  const unusable = (why: string) => ({
    unusable: `The live version v${champion.number} gives no usable answer: ${why.replace(/[.]$/, '')}. v${challenger.number} is judged without it.`,
  });
  const other = incomparable(spec, champion);
  if (other !== undefined) return unusable(other);
  const smoke = await askVersion(champion, rows, spec, needs, signal);
  const problem = problemOf(smoke, spec.task.answer);
  if (problem !== undefined) return unusable(problem);
  const times = 'answers' in smoke && smoke.times ? { times: smoke.times } : {};
  try {
    return { comparison: await compared(meeting, needs, signal), ...times };
  } catch (error) {
    if (error instanceof NoAnswer && error.version === champion.id)
      return unusable(inWords(error.cause));
    throw error;
  }
}

async function compared(
  { spec, run, champion, challenger }: Meeting,
  needs: Parts,
  signal: AbortSignal,
): Promise<Comparison & { dataset: DatasetFingerprint }> {
  const trained = [champion.dataset.window, challenger.dataset.window];
  const newest = await dataReach(spec.name, needs);
  const window = meetingWindow(spec, { from: undefined, to: undefined }, trained, newest);
  const met = { spec, run, window, champion, challengers: [challenger] as const };
  const { comparisons, dataset } = await meetOnNewest(met, needs, signal);
  const [comparison] = comparisons;
  if (!comparison) throw new Error('a comparison without a challenger');
  return { ...comparison, dataset };
}
