import { validate } from 'node-cron';
import { z } from 'zod';
import { holds } from '../src/core/people.ts';
import type { RetrainPolicy, RetrainTrigger, TriggerName } from '../src/core/retrain-policy.ts';
import { type Fault, fieldsOf } from './faults.ts';

const HOUR_MS = 3_600_000;

/** Rules of the policy, or of one trigger. */
const RULES = {
  cool_down_hours: z.number().min(0).optional(),
  min_gain: z.number().min(0).optional(),
  result: z.enum(['propose', 'nothing']).optional(),
};

const Flag = z.union(
  [z.boolean(), z.strictObject(RULES)],
  'expected true, or {cool_down_hours, min_gain, result}',
);
const New = z
  .strictObject({
    rows: z.number().int().positive().optional(),
    days: z.number().positive().optional(),
    ...RULES,
  })
  .refine(({ rows, days }) => rows !== undefined || days !== undefined, 'expected rows or days');
const Schedule = z.union(
  [z.string(), z.strictObject({ cron: z.string(), ...RULES })],
  'expected a cron expression, or {cron, cool_down_hours, min_gain, result}',
);

/** When a model is trained without anybody asking. */
export const Retrain = z.strictObject({
  owner: z.string().min(1),
  on: z
    .strictObject({
      performance: Flag.optional(),
      probe: Flag.optional(),
      drift: Flag.optional(),
      data: New.optional(),
      schedule: Schedule.optional(),
    })
    .refine((triggers) => Object.keys(triggers).length > 0, 'expected at least one trigger'),
  ...RULES,
  /** Default: the first environment. */
  to: z.string().optional(),
  budget: z
    .strictObject({
      trainings: z.number().int().positive().default(3),
      minutes: z.number().positive().optional(),
    })
    .prefault({}),
});

type Given = z.output<typeof Retrain>;
type Rules = Pick<Given, keyof typeof RULES>;

/** All its keys, for suggestions. */
export const RETRAIN_KEYS: readonly string[] = [
  ...Object.keys(Retrain.shape),
  ...['data', 'drift', 'performance', 'schedule', 'probe', 'rows', 'days', 'cron'],
  ...['trainings', 'minutes'],
];

/** @param first the first environment */
export function retrainPolicyOf(given: Given, first: string): RetrainPolicy {
  const { performance, probe, drift, data, schedule } = given.on;
  const trigger = (on: TriggerName, own: Rules | boolean): RetrainTrigger[] => {
    if (own === false) return [];
    const { cool_down_hours, min_gain, result } = { ...without(given), ...without(own) };
    return [
      {
        on,
        coolDownMs: (cool_down_hours ?? 24) * HOUR_MS,
        minGain: min_gain ?? 0,
        result: result ?? 'propose',
      },
    ];
  };
  const timed = typeof schedule === 'string' ? { cron: schedule } : schedule;
  return {
    owner: given.owner,
    // The most urgent first: it is the one that is named.
    triggers: [
      ...(performance === undefined ? [] : trigger('performance', performance)),
      ...(probe === undefined ? [] : trigger('probe', probe)),
      ...(drift === undefined ? [] : trigger('drift', drift)),
      ...(data ? trigger('data', data) : []).map((one) => ({
        ...{ ...one, rows: data?.rows, days: data?.days },
      })),
      ...(timed ? trigger('schedule', timed) : []).map((one) => ({ ...one, cron: timed?.cron })),
    ],
    budget: given.budget,
    to: given.to ?? first,
  };
}

/** The rules that are set. */
function without(given: Rules | true): Rules {
  if (given === true) return {};
  return Object.fromEntries(
    Object.keys(RULES).flatMap((key) => {
      const value = fieldsOf(given)[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** What contradicts itself in a model's `retrain`, as written. */
export function retrainFaults(
  retrain: unknown,
  people: Record<string, unknown>,
  environments: readonly string[],
): Fault[] {
  const { owner, on, to } = fieldsOf(retrain);
  const faults: Fault[] = [];
  const add = (path: string[], words: string): void =>
    void faults.push({ path: ['retrain', ...path], words });
  const where = typeof to === 'string' ? to : environments[0];
  if (where !== undefined && !environments.includes(where))
    add(['to'], `unknown environment "${where}"`);
  const person = typeof owner === 'string' ? people[owner] : undefined;
  if (typeof owner === 'string' && !Object.hasOwn(people, owner))
    add(['owner'], `there is no person "${owner}"`);
  else if (typeof owner === 'string' && !mayOperate(person, where))
    add(['owner'], `${owner} needs the operator role${where ? ` in ${where}` : ''}`);
  const { schedule } = fieldsOf(on);
  const cron = typeof schedule === 'string' ? schedule : fieldsOf(schedule)['cron'];
  if (typeof cron === 'string' && !validate(cron))
    add(['on', 'schedule'], `"${cron}" is not a cron expression; write e.g. 0 3 * * 1`);
  return faults;
}

const ROLES = ['viewer', 'operator', 'approver', 'admin'] as const;

function mayOperate(person: unknown, environment: string | undefined): boolean {
  const { role = 'viewer', roles } = fieldsOf(person);
  const own = environment === undefined ? undefined : fieldsOf(roles)[environment];
  const given = ROLES.find((one) => one === (own ?? role));
  // A role that does not exist is reported elsewhere.
  return given === undefined || holds({ id: '', name: '', on: [], role: given }, 'operator');
}
