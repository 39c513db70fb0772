import { heldState, heldSubject } from '../../src/cards/retraining.ts';
import type { ModelSpec } from '../../src/core/model.ts';
import type { RetrainRuling } from '../../src/core/retraining.ts';
import type { Needs } from '../../src/core/world.ts';

/** Says once for each trigger that automation is held, so that a training waits. */
export async function tellHeld(
  spec: ModelSpec,
  { ruling, since }: { ruling: RetrainRuling | undefined; since: number },
  { replies }: Needs<'replies'>,
): Promise<void> {
  if (!ruling || ruling.train || ruling.waits.why !== 'held') return;
  const met = ruling.triggers.find(({ status }) => status === 'met');
  if (!met) return;
  const subject = heldSubject(spec.name, met.key ?? met.on, ruling.waits.words);
  const state = heldState(spec.name, { trigger: met, since }, ruling.waits.words);
  // Its state never changes, so that opening it again posts nothing.
  for (const home of spec.homes) await replies.open(subject, home, state);
}
