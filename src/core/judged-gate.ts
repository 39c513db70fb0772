import type { GateResult } from './gate.ts';

/** An admin let a request pass although this gate does not. Kept for ever. */
export interface GateOverride {
  by: string;
  reason: string;
  at: Date;
}

/** A gate's result as it is stored with a request. Those of earlier releases have only the first four fields. */
export interface JudgedGate {
  name: string;
  passed: boolean;
  /** It could not be applied, for the reason in `words`, and neither passed nor failed. */
  notApplicable?: true;
  words: string;
  /** Name of its kind. */
  gate?: string;
  value?: string;
  limit?: string;
  /** What would make it pass. */
  change?: string;
  /** It needs only time. */
  pending?: true;
  /** Nobody may override it. */
  firm?: true;
  override?: GateOverride;
}

export function toJudged({
  gate,
  name,
  status,
  value,
  limit,
  words,
  ...rest
}: GateResult): JudgedGate {
  const { change, firm } = rest;
  return {
    ...{ name, passed: status === 'passed', words, gate, value, limit },
    ...(status === 'not applicable' && { notApplicable: true }),
    ...(status === 'pending' && { pending: true }),
    ...(change !== undefined && { change }),
    ...(firm && { firm }),
  };
}

/** Whether it keeps the version from being voted on. */
export function isFailed({
  passed,
  notApplicable,
  override,
}: Pick<JudgedGate, 'passed' | 'notApplicable' | 'override'>): boolean {
  return !passed && !notApplicable && !override;
}

/** What is wrong and what would change it, as sentences. */
export function whyFailed({ words, change }: Pick<GateResult, 'words' | 'change'>): string {
  return change === undefined ? words : `${words} ${change}`;
}
