import { z } from 'zod';
import { heard, silenceSubject, silent } from '../../src/cards/silence.ts';
import type { Finding } from '../../src/core/ports/alerts.ts';
import { quietUntil } from '../../src/core/quiet-hours.ts';
import type { Needs } from '../../src/core/world.ts';
import type { WatchedVersion } from './due-windows.ts';

/** One window may be a holiday, two a long weekend. */
const IN_A_ROW = 3;
/** Short windows are empty every night. */
const AT_LEAST_MS = 86_400_000;

const Detail = z.object({ rows: z.number() });
const isUnjudged = ({ status }: Finding) => status === 'insufficient data';

/**
 * Reports that a monitor cannot evaluate its windows, or that it can again. `before` are the findings before
 * this one, newest first. After a crash it is the same message.
 */
export async function noteSilence(
  { spec, environment, monitor, finding }: WatchedVersion & { finding: Finding },
  before: readonly Finding[],
  { replies, clock }: Needs<'replies' | 'clock'>,
): Promise<void> {
  const about = { model: spec.name, environment, monitor };
  if (finding.status === 'held back' || finding.status === 'still learning') return;
  const subject = silenceSubject(about);
  const judged = before.findIndex((one) => !isUnjudged(one));
  const streak = judged < 0 ? before : before.slice(0, judged);
  if (!isUnjudged(finding)) {
    // The first message about a version resolves the one about its predecessor.
    const wasSaid = streak.length >= IN_A_ROW || judged < 0;
    if (wasSaid && (await replies.placesOf(subject)).length > 0)
      await replies.show(subject, heard(about, finding.window));
    return;
  }
  const windows = [finding, ...streak].reverse().map(({ window, detail }) => ({
    window,
    rows: Detail.safeParse(detail).data?.rows ?? 0,
  }));
  const [first = finding] = windows;
  if (
    windows.length < IN_A_ROW ||
    finding.window.to.getTime() - first.window.from.getTime() < AT_LEAST_MS
  )
    return;
  const state = silent({ ...about, version: finding.version, windows });
  const held = quietUntil(spec.alerting?.quietHours, clock.now());
  for (const home of spec.homes) await replies.open(subject, home, state, held);
  await replies.show(subject, state);
}
