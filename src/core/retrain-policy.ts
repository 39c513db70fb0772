export type TriggerName = 'data' | 'drift' | 'performance' | 'schedule' | 'probe';

/** One reason to train, as declared. */
export interface RetrainTrigger {
  on: TriggerName;
  /** For `data`: so many new rows, or so many days after the end of the training data. */
  rows?: number | undefined;
  days?: number | undefined;
  /** For `schedule`, in UTC. */
  cron?: string | undefined;
  /** How long the policy waits after a training that it started, whatever started it. */
  coolDownMs: number;
  /** In the first primary metric, in its direction: with less, nothing is proposed. */
  minGain: number;
  result: 'propose' | 'nothing';
}

/** When a model is trained without anybody asking, and what becomes of it. */
export interface RetrainPolicy {
  /** The person who answers for it: whatever it requests, they request. */
  owner: string;
  triggers: readonly RetrainTrigger[];
  /** In seven days. */
  budget: { trainings: number; minutes?: number | undefined };
  /** The environment for which the result is proposed. */
  to: string;
}
