import { learning, learningSubject, learnt } from '../../src/cards/silence.ts';
import type { Finding } from '../../src/core/ports/alerts.ts';
import { quietUntil } from '../../src/core/quiet-hours.ts';
import type { Needs } from '../../src/core/world.ts';
import { kindOf } from '../../src/monitoring/kinds/index.ts';
import type { WatchedVersion } from './due-windows.ts';

/**
 * Reports that a monitor cannot raise alarms yet, when a version's windows begin to say so, and when it can. `before`
 * are the findings before this one, newest first. After a crash it is the same message.
 */
export async function noteLearning(
  { spec, environment, monitor, finding }: WatchedVersion & { finding: Finding },
  before: readonly Finding[],
  { replies, clock }: Needs<'replies' | 'clock'>,
): Promise<void> {
  const about = { model: spec.name, environment, monitor };
  const subject = learningSubject(about);
  const [last] = before;
  if (finding.status === 'still learning') {
    if (last?.status === 'still learning') return;
    const note = kindOf(monitor.kind).note(finding.figures, monitor) ?? '';
    const state = learning(about, finding.version, note);
    const held = quietUntil(spec.alerting?.quietHours, clock.now());
    for (const home of spec.homes) await replies.open(subject, home, state, held);
    return replies.show(subject, state);
  }
  // A new version may know enough where its predecessor did not.
  const isNews = !last || last.status === 'still learning';
  if (!['ok', 'warn', 'alert'].includes(finding.status) || !isNews) return;
  if ((await replies.placesOf(subject)).length > 0)
    await replies.show(subject, learnt(about, finding.window));
}
