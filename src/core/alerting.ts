import type { Account } from './people.ts';
import type { QuietHours } from './quiet-hours.ts';

/** Whom a message calls. Adapters notify the accounts and groups of their platform, and show `words` otherwise. */
export interface Mention {
  /** Names, for readers: `Ada`. */
  words: string;
  accounts: readonly Account[];
  /** User groups (Slack) and roles (Discord), by the platform's IDs. */
  groups: readonly { platform: string; group: string }[];
}

/** How alerts of a model reach people in an environment. */
export interface Alerting {
  /** Called about harm that nobody has acknowledged. `person`: an ID, if it is one. */
  oncall?: Mention & { person?: string };
  escalateAfterMs: number;
  quietHours?: QuietHours;
  /** What to do about an alert, by the kind of its monitor: an address, or the steps. */
  runbooks?: Readonly<Record<string, string>>;
}

/** Whom alerts call, and until when, if somebody took over. */
export type OnCall = NonNullable<Alerting['oncall']> & { until?: Date };
