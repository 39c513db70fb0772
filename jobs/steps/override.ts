import type { JudgedGate } from '../../src/core/judged-gate.ts';
import type { Approval, OverrideOrder } from '../../src/core/ports/approvals.ts';
import type { Needs } from '../../src/core/world.ts';
import { withOverride } from '../../src/release/override.ts';
import { mayNotAct } from '../../src/release/policy.ts';

/** Records who overrode which gate and why. The same request is recorded once. */
export async function recordOverride(
  { id, model, version, environment }: Approval,
  { gate, by, reason, cast }: OverrideOrder,
  { audit }: Needs<'audit'>,
): Promise<void> {
  await audit.append({
    ...{ id: `override-${id}`, by, action: 'gate.override', subject: id, model, environment },
    via: cast?.by.platform ?? 'queue',
    after: { version, gate, reason },
  });
}

/**
 * The gates with the override of the request, if whoever asked for it is an admin at this moment. It changes the
 * evidence and thereby its digest, and there are no votes from before it.
 */
export async function overridden(
  gates: readonly JudgedGate[],
  { override, environment }: Approval,
  { people, links }: Needs<'people' | 'links'>,
): Promise<JudgedGate[]> {
  if (!override) return [...gates];
  people.replaceLinks(await links.list());
  const { by, cast } = override;
  const why = mayNotAct('admin', environment, { person: by, ...(cast && { cast }) }, { people });
  if (why === undefined) return withOverride(gates, override);
  return gates.map((gate) =>
    gate.name === override.gate
      ? { ...gate, words: `${gate.words} ${why}, so the override does not count.` }
      : gate,
  );
}
