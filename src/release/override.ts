import { isFailed, type JudgedGate } from '../core/judged-gate.ts';
import type { Approval, OverrideOrder } from '../core/ports/approvals.ts';

/** Which gate an override is about, or why there can be none: as sentences, with the next step. */
export type OverrideRuling = { gate: JudgedGate } | { why: string; next?: string };

type Request = Pick<Approval, 'id' | 'status' | 'evidence' | 'override' | 'model' | 'version'>;

/**
 * Whether a gate of a request may be overridden, whoever asks. One per request: whoever needs a second one needs
 * another version. Pure.
 * @param named the gate's name as its message shows it, or the name of its kind; case is ignored
 */
export function judgeOverride(request: Request, named: string): OverrideRuling {
  const { id, status, evidence, override, model, version } = request;
  if (override)
    return {
      why: `The gate "${override.gate}" of ${id} was already overridden by ${override.by}, and a request has one override at most.`,
      next: `Train a version of ${model} that passes.`,
    };
  if (status !== 'refused') return { why: `${id} is ${status}: no gate keeps it from going on.` };
  if (!evidence)
    return {
      why: `The evidence of ${id} could not be gathered, so there is no gate to override.`,
      next: `/promote ${model} ${version} requests again.`,
    };
  const failed = evidence.gates.filter(isFailed);
  const firm = evidence.gates.find((gate) => isFailed(gate) && isFirm(gate));
  if (firm && !isNamed(firm, named))
    return {
      why: `${id} also failed the gate "${firm.name}", which nobody may override.`,
      ...(firm.change !== undefined && { next: firm.change }),
    };
  const exact = evidence.gates.filter(({ name }) => isSame(name, named));
  const found = exact.length > 0 ? exact : failed.filter((gate) => isNamed(gate, named));
  const [gate, another] = found;
  const names = failed.map(({ name }) => `"${name}"`).join(', ');
  if (!gate) return { why: `${id} has no gate "${named}".`, next: `It failed ${names}.` };
  if (another)
    return { why: `"${named}" are several gates of ${id}.`, next: `Name one: ${names}.` };
  if (!isFailed(gate))
    return { why: `${id} did not fail the gate "${gate.name}".`, next: `It failed ${names}.` };
  if (isFirm(gate))
    return {
      why: `The gate "${gate.name}" may not be overridden by anyone.`,
      ...(gate.change !== undefined && { next: gate.change }),
    };
  return { gate };
}

/** Requests of earlier releases did not store it: there it was the first gate. */
const isFirm = ({ firm, gate, name }: JudgedGate): boolean =>
  firm === true || (gate === undefined && name === 'smoke test');

const isSame = (one: string, other: string): boolean =>
  one.trim().toLowerCase() === other.trim().toLowerCase();

const isNamed = ({ name, gate }: JudgedGate, named: string): boolean =>
  isSame(name, named) || (gate !== undefined && isSame(gate, named));

/** The gates with the override on the one that it names; unchanged if that one passes now, or may not be overridden. */
export function withOverride(
  gates: readonly JudgedGate[],
  order: OverrideOrder | undefined,
): JudgedGate[] {
  if (!order) return [...gates];
  const { by, reason, at } = order;
  return gates.map((gate) =>
    gate.name === order.gate && isFailed(gate) && !isFirm(gate)
      ? { ...gate, override: { by, reason, at } }
      : gate,
  );
}
