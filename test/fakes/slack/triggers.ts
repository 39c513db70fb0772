import { type State, serial } from './state.ts';

interface Trigger {
  user: string;
  /** The view it came from, which `views.push` needs. */
  view?: string;
  issued: number;
  used: boolean;
}

/** Three seconds, once. https://docs.slack.dev/interactivity/handling-user-interaction */
const LIFE_MS = 3000;

/** Trigger IDs: they let the bot open a modal, because a user has just acted. */
export function openTriggers({ clock }: Pick<State, 'clock'>) {
  const issued = new Map<string, Trigger>();
  return {
    issue(user: string, view?: string): string {
      const id = `${serial()}.${serial()}.trigger`;
      const trigger = { user, issued: clock.now().getTime(), used: false };
      issued.set(id, view === undefined ? trigger : { ...trigger, view });
      return id;
    },
    /** The trigger, used up; or Slack's error. */
    spend(id: string): Trigger | string {
      const trigger = issued.get(id);
      if (!trigger) return 'invalid_trigger_id';
      if (trigger.used) return 'exchanged_trigger_id';
      if (clock.now().getTime() - trigger.issued > LIFE_MS) return 'expired_trigger_id';
      trigger.used = true;
      return trigger;
    },
  };
}

export type Triggers = ReturnType<typeof openTriggers>;
