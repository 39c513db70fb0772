import { Refused } from '../../src/core/errors.ts';
import type { ModelSpec, Window } from '../../src/core/model.ts';
import type { Version } from '../../src/core/ports/versions.ts';
import type { Needs } from '../../src/core/world.ts';
import { meetingWindow } from '../../src/training/windows.ts';
import { meet } from './meet.ts';

interface Meeting {
  spec: ModelSpec;
  run: string;
  champion: Version;
  challengers: readonly [Version, ...Version[]];
  /** The days of the newest predictions. */
  window: Window;
}

type Met = Awaited<ReturnType<typeof meet>> & {
  window: Window;
  /** Why these are not the newest days. */
  refused?: Refused;
};

/**
 * All versions on the newest days, or where the dataset has nothing usable of those, on the first days that
 * none was trained on. Predictions may reach further than the labels do, and those whose callers name no
 * times count as of now, whatever the days of the data.
 */
export async function meetOnNewest(
  meeting: Meeting,
  needs: Needs<'datasets' | 'scorer'>,
  signal: AbortSignal,
): Promise<Met> {
  const { spec, champion, challengers, window } = meeting;
  try {
    return { ...(await meet(meeting, needs, signal)), window };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const trained = [champion, ...challengers].map(({ dataset }) => dataset.window);
    const first = meetingWindow(spec, { from: undefined, to: undefined }, trained, undefined);
    if (first.from.getTime() === window.from.getTime()) throw error;
    const met = await meet({ ...meeting, window: first }, needs, signal);
    return { ...met, window: first, refused: error };
  }
}
