import fc from 'fast-check';
import { ACCOUNTS, type Account, type Listed } from './people.ts';
import { ENVIRONMENTS, type Environment, VERSIONS } from './site.ts';

/** A command by a person, on either platform. A vote is on the newest request of the environment. */
export type Said =
  | { do: 'promote'; who: Account; version: number; in: Environment }
  | { do: 'approve' | 'reject' | 'withdraw'; who: Account; in: Environment }
  | {
      do:
        | 'rollback'
        | 'pause'
        | 'resume'
        | 'abort'
        | 'hold'
        | 'freeze'
        | 'unfreeze'
        | 'undeploy'
        | 'override'
        | 'drill';
      who: Account;
      in: Environment;
    };

/** What a process does: the nth of the waiting jobs. */
export interface Worked {
  do: 'work';
  nth: number;
}

/** Plain data, so that a failing sequence can be read. Steps that make no sense at their time are refused. */
export type Step =
  | Said
  | Worked
  | { do: 'crash'; nth: number; dies: number }
  | { do: 'work all' }
  | { do: 'at once'; one: Said | Worked; other: Said | Worked; order: (0 | 1)[] }
  | { do: 'schedule'; version: number; in: Environment }
  /** A look at a rollout, after some time in which its version answered well or badly. */
  | { do: 'look'; in: Environment; isBad: boolean; minutes: number }
  | { do: 'later'; minutes: number }
  | { do: 'tidy' }
  | { do: 'role'; who: Listed; isLost: boolean }
  | { do: 'link'; to: 'lead' | 'rev' }
  | { do: 'unlink' }
  /** A gate fails there from now on, or stops failing. */
  | { do: 'gate'; in: Environment; isFailing: boolean }
  /** Request, votes and all jobs: a version goes live, or its rollout begins. */
  | { do: 'deliver'; version: number; in: Environment };

const version = fc.integer({ min: 1, max: VERSIONS });
const where = fc.constantFrom(...ENVIRONMENTS);
const nth = fc.nat(3);
const anyone = fc.constantFrom(...Object.keys(ACCOUNTS).filter(isAccount));
const voter = fc.constantFrom<Account>(
  ...(['lead', 'lead in Slack', 'rev', 'rev in Slack', 'guest', 'ops'] as const),
);
const operator = fc.constantFrom<Account>('dev', 'ops', 'lead', 'rev in Slack');
const vote: fc.Arbitrary<Said> = fc.record({
  do: fc.constantFrom(...(['approve', 'approve', 'approve', 'reject', 'withdraw'] as const)),
  ...{ who: voter, in: where },
});
const order: fc.Arbitrary<Said> = fc.record({
  do: fc.constantFrom(
    ...(['rollback', 'rollback', 'rollback', 'pause', 'resume', 'abort', 'hold'] as const),
    ...(['freeze', 'unfreeze', 'unfreeze', 'undeploy', 'override', 'drill'] as const),
  ),
  ...{ who: operator, in: where },
});
const promote: fc.Arbitrary<Said> = fc.record({
  do: fc.constant('promote' as const),
  ...{ who: anyone, version, in: where },
});
const said = fc.oneof(
  { weight: 5, arbitrary: vote },
  { weight: 1, arbitrary: promote },
  { weight: 4, arbitrary: order },
);
const worked: fc.Arbitrary<Worked> = fc.record({ do: fc.constant('work' as const), nth });
const acted = fc.oneof({ weight: 3, arbitrary: said }, { weight: 1, arbitrary: worked });
const minutes = fc.constantFrom(0, 1, 2, 20, 25 * 60);

const atOnceOf = (
  one: fc.Arbitrary<Said | Worked>,
  other: fc.Arbitrary<Said | Worked> = one,
): fc.Arbitrary<Step> =>
  fc.record({
    do: fc.constant('at once' as const),
    ...{ one, other },
    order: fc.array(fc.constantFrom<0 | 1>(0, 1), { minLength: 20, maxLength: 20 }),
  });
const deliver: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('deliver' as const),
  ...{ version, in: where },
});

const crash: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('crash' as const),
  ...{ nth, dies: fc.nat(12) },
});
const look: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('look' as const),
  ...{ in: where, isBad: fc.constantFrom(false, false, false, true), minutes },
});
const role: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('role' as const),
  who: fc.constantFrom<Listed>('dev', 'lead', 'rev', 'ops'),
  isLost: fc.boolean(),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: said },
  { weight: 4, arbitrary: deliver },
  { weight: 4, arbitrary: atOnceOf(acted) },
  { weight: 2, arbitrary: worked },
  { weight: 2, arbitrary: crash },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('work all' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('schedule' as const), version, in: where }) },
  { weight: 5, arbitrary: look },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('later' as const), minutes }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tidy' as const) }) },
  { weight: 2, arbitrary: role },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('link' as const),
      to: fc.constantFrom('lead' as const, 'rev' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unlink' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('gate' as const),
      ...{ in: where, isFailing: fc.boolean() },
    }),
  },
);

/** Any steps, on endpoints at which something is live. */
export const anything: fc.Arbitrary<Step[]> = fc
  .array(step, { minLength: 12, maxLength: 24, size: 'max' })
  .map((steps) => [
    ...ENVIRONMENTS.map((one): Step => ({ do: 'deliver', version: 1, in: one })),
    { do: 'deliver', version: 2, in: 'staging' },
    ...steps,
  ]);

const voteTo = (...dos: ('approve' | 'reject' | 'withdraw')[]): fc.Arbitrary<Said> =>
  fc.record({ do: fc.constantFrom(...dos), who: voter, in: fc.constant('staging' as const) });

/** Requests with a vote each; then one person approves and another rejects at the same moment. */
export const votesAtOnce: fc.Arbitrary<Step[]> = fc
  .array(atOnceOf(voteTo('approve'), voteTo('reject', 'withdraw')), { minLength: 5, maxLength: 5 })
  .map((steps) =>
    steps.flatMap((votes, at): Step[] => [
      { do: 'promote', who: 'dev', version: 1 + (at % VERSIONS), in: 'staging' },
      { do: 'work all' },
      { do: 'approve', who: 'lead', in: 'staging' },
      votes,
    ]),
  );

const rollback: fc.Arbitrary<Said> = fc.record({
  do: fc.constant('rollback' as const),
  ...{ who: operator, in: fc.constant('staging' as const) },
});

/** Three versions were live, and two people act at the same moment. */
export const ordersAtOnce: fc.Arbitrary<Step[]> = fc
  .array(fc.oneof(atOnceOf(fc.oneof(rollback, order)), worked), { minLength: 4, maxLength: 8 })
  .map((steps) => [
    ...[1, 2, 3].map((one): Step => ({ do: 'deliver', version: one, in: 'staging' })),
    ...steps,
  ]);

/** A rollout in production, with people acting and processes dying in between. */
export const rollouts: fc.Arbitrary<Step[]> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: look },
      { weight: 4, arbitrary: fc.constant<Step>({ do: 'work all' }) },
      { weight: 3, arbitrary: crash },
      { weight: 2, arbitrary: atOnceOf(fc.oneof(order, worked)) },
      { weight: 2, arbitrary: order },
      { weight: 1, arbitrary: role },
      { weight: 2, arbitrary: deliver },
    ),
    { minLength: 12, maxLength: 20, size: 'max' },
  )
  .map((steps) =>
    [
      ...[1, 2].map((one): Step => ({ do: 'deliver', version: one, in: 'production' })),
      ...steps,
    ].map((one) => ('in' in one ? { ...one, in: 'production' } : one)),
  );

const inStaging = { in: 'staging' } as const;

/** A refused request whose gate an admin overrides; then people vote, the admin among them. */
export const overrides: fc.Arbitrary<Step[]> = fc
  .array(
    fc.record({
      do: fc.constant('approve' as const),
      who: voter,
      in: fc.constant('staging' as const),
    }),
    {
      ...{ minLength: 2, maxLength: 4, size: 'max' },
    },
  )
  .map((votes) => [
    { do: 'gate', ...inStaging, isFailing: true },
    { do: 'promote', who: 'dev', version: 1, ...inStaging },
    { do: 'work all' },
    { do: 'override', who: 'ops', ...inStaging },
    { do: 'work all' },
    ...votes,
    { do: 'work all' },
  ]);

/** Drills of what is live, by processes that die. */
export const drills: fc.Arbitrary<Step[]> = fc
  .array(
    fc.oneof(
      fc.constant<Step>({ do: 'drill', who: 'dev', ...inStaging }),
      fc.record({ do: fc.constant('crash' as const), nth: fc.constant(0), dies: fc.nat(3) }),
    ),
    { minLength: 3, maxLength: 6, size: 'max' },
  )
  .map((steps) => [{ do: 'deliver', version: 1, ...inStaging }, ...steps, { do: 'work all' }]);

function isAccount(name: string): name is Account {
  return Object.hasOwn(ACCOUNTS, name);
}
