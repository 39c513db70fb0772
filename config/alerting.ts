import { z } from 'zod';
import type { Alerting } from '../src/core/alerting.ts';
import { Duration } from '../src/core/duration.ts';
import { QuietHoursText } from '../src/core/quiet-hours.ts';
import { monitorKinds } from '../src/monitoring/kinds/index.ts';
import { type Fault, fieldsOf } from './faults.ts';

const KINDS = monitorKinds.map(({ name }) => name);
/** What a message holds on every platform, together with the rest of a card. */
const LONGEST_RUNBOOK = 2000;

/** Keys of a model and of an environment that say how alerts reach people. */
export const ALERTING = {
  /** A person, or a group by platform. */
  oncall: z
    .union(
      [z.string().min(1), z.record(z.string(), z.string().min(1))],
      'expected the ID of a person, or groups by platform such as { slack: S0123 }',
    )
    .optional(),
  escalate_after: Duration.optional(),
  quiet_hours: QuietHoursText.optional(),
  /** An address or the steps, by the kind of a monitor. */
  runbooks: z
    .partialRecord(z.enum(KINDS), z.string().trim().min(1).max(LONGEST_RUNBOOK))
    .optional(),
};

type Given = { [K in keyof typeof ALERTING]?: z.output<(typeof ALERTING)[K]> | undefined };
type People = Readonly<Record<string, { name: string; identities: Record<string, string> }>>;

const ESCALATE_AFTER_MS = 30 * 60_000;

/** `rules`: those that come first win, key by key, and of the runbooks, kind by kind. */
export function alertingOf(rules: readonly (Given | undefined)[], people: People): Alerting {
  const first = <K extends keyof Given>(key: K) =>
    rules.map((rule) => rule?.[key]).find((value) => value !== undefined);
  const oncall = first('oncall');
  const quietHours = first('quiet_hours');
  const runbooks = Object.assign({}, ...rules.map((rule) => rule?.runbooks).toReversed());
  return {
    escalateAfterMs: first('escalate_after') ?? ESCALATE_AFTER_MS,
    ...(oncall !== undefined && { oncall: mentionOf(oncall, people) }),
    ...(quietHours && { quietHours }),
    ...(Object.keys(runbooks).length > 0 && { runbooks }),
  };
}

function mentionOf(
  oncall: NonNullable<Given['oncall']>,
  people: People,
): NonNullable<Alerting['oncall']> {
  if (typeof oncall !== 'string') {
    const groups = Object.entries(oncall).map(([platform, group]) => ({ platform, group }));
    return { words: 'the group on call', accounts: [], groups };
  }
  const person = people[oncall];
  const accounts = Object.entries(person?.identities ?? {}).map(([platform, user]) => ({
    ...{ platform, user },
  }));
  return { words: person?.name ?? oncall, accounts, groups: [], person: oncall };
}

/** Where the file calls somebody who is not in it. */
export function alertingFaults(file: Record<string, unknown>): Fault[] {
  const people = fieldsOf(file['people']);
  const inRules = (path: readonly string[], rules: unknown): Fault[] => {
    const { oncall } = fieldsOf(rules);
    return typeof oncall === 'string' && !Object.hasOwn(people, oncall)
      ? [{ path: [...path, 'oncall'], words: `there is no person "${oncall}"` }]
      : [];
  };
  const given = Array.isArray(file['environments']) ? {} : fieldsOf(file['environments']);
  return [
    ...Object.entries(given).flatMap(([name, rules]) => inRules(['environments', name], rules)),
    ...Object.entries(fieldsOf(file['models'])).flatMap(([name, model]) => [
      ...inRules(['models', name], model),
      ...Object.entries(fieldsOf(fieldsOf(model)['environments'])).flatMap(([where, rules]) =>
        inRules(['models', name, 'environments', where], rules),
      ),
    ]),
  ];
}
