import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { advanceRollout } from '../../../jobs/advance-rollout.ts';
import { requestPromotion } from '../../../jobs/declared/index.ts';
import { askPromotion } from '../../../jobs/steps/ask-promotion.ts';
import { tidy } from '../../../jobs/tidy.ts';
import { Refused } from '../../../src/core/errors.ts';
import { latencyBin } from '../../../src/core/latency.ts';
import type { ArmTally } from '../../../src/core/rollout.ts';
import { atOnce, inTurns, type Turn } from './in-turns.ts';
import { ACCOUNTS, type Account, type Listed } from './people.ts';
import { ENVIRONMENTS, type Environment, type Site, VERSIONS } from './site.ts';

/** What somebody says, in any of two platforms. A vote is on the newest request of the environment. */
type Said =
  | { do: 'promote'; who: Account; version: number; in: Environment }
  | { do: 'approve' | 'reject' | 'withdraw'; who: Account; in: Environment }
  | {
      do: 'rollback' | 'pause' | 'resume' | 'abort' | 'hold' | 'freeze' | 'unfreeze' | 'undeploy';
      who: Account;
      in: Environment;
    };

/** What a process does: the nth of the jobs that wait. */
interface Worked {
  do: 'work';
  nth: number;
}

/** Data only, so that a sequence that fails can be read. What makes no sense at its time is refused. */
export type Step =
  | Said
  | Worked
  | { do: 'crash'; nth: number; dies: number }
  | { do: 'work all' }
  | { do: 'at once'; one: Said | Worked; other: Said | Worked; order: (0 | 1)[] }
  | { do: 'schedule'; version: number; in: Environment }
  /** At a rollout, after some time in which its version answered well or badly. */
  | { do: 'look'; in: Environment; isBad: boolean; minutes: number }
  | { do: 'later'; minutes: number }
  | { do: 'tidy' }
  | { do: 'role'; who: Listed; isLost: boolean }
  | { do: 'link'; to: 'lead' | 'rev' }
  | { do: 'unlink' }
  /** Request, votes and all jobs: a version that goes live, or whose rollout begins. */
  | { do: 'deliver'; version: number; in: Environment };

const version = fc.integer({ min: 1, max: VERSIONS });
const where = fc.constantFrom(...ENVIRONMENTS);
const nth = fc.nat(3);
const anyone = fc.constantFrom(...Object.keys(ACCOUNTS).filter(isAccount));
const voter = fc.constantFrom<Account>('lead', 'lead in Slack', 'rev', 'rev in Slack', 'guest');
const operator = fc.constantFrom<Account>('dev', 'ops', 'lead', 'rev in Slack');
const vote: fc.Arbitrary<Said> = fc.record({
  do: fc.constantFrom(...(['approve', 'approve', 'approve', 'reject', 'withdraw'] as const)),
  ...{ who: voter, in: where },
});
const order: fc.Arbitrary<Said> = fc.record({
  do: fc.constantFrom(
    ...(['rollback', 'rollback', 'rollback', 'pause', 'resume', 'abort', 'hold'] as const),
    ...(['freeze', 'unfreeze', 'unfreeze', 'undeploy'] as const),
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

const atOnceOf = (one: fc.Arbitrary<Said | Worked>): fc.Arbitrary<Step> =>
  fc.record({
    do: fc.constant('at once' as const),
    ...{ one, other: one },
    order: fc.array(fc.constantFrom<0 | 1>(0, 1), { minLength: 20, maxLength: 20 }),
  });
const deliver: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('deliver' as const),
  ...{ version, in: where },
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: said },
  { weight: 4, arbitrary: deliver },
  { weight: 4, arbitrary: atOnceOf(acted) },
  { weight: 2, arbitrary: worked },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('crash' as const), nth, dies: fc.nat(12) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('work all' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('schedule' as const), version, in: where }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('look' as const),
      ...{ in: where, isBad: fc.constantFrom(false, false, true), minutes },
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('later' as const), minutes }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tidy' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('role' as const),
      who: fc.constantFrom<Listed>('dev', 'lead', 'rev'),
      isLost: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('link' as const),
      to: fc.constantFrom('lead' as const, 'rev' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unlink' as const) }) },
);

/** Anything, on endpoints at which something is live. */
export const anything: fc.Arbitrary<Step[]> = fc
  .array(step, { minLength: 12, maxLength: 24, size: 'max' })
  .map((steps) => [
    ...ENVIRONMENTS.map((one): Step => ({ do: 'deliver', version: 1, in: one })),
    { do: 'deliver', version: 2, in: 'staging' },
    ...steps,
  ]);

/** Requests with a vote each, and then votes of two people at the same moment. */
export const votesAtOnce: fc.Arbitrary<Step[]> = fc
  .array(atOnceOf(vote.map((one) => ({ ...one, in: 'staging' }))), { minLength: 5, maxLength: 5 })
  .map((steps) =>
    steps.flatMap((votes, at): Step[] => [
      { do: 'promote', who: 'dev', version: 1 + (at % VERSIONS), in: 'staging' },
      { do: 'work all' },
      { do: 'approve', who: 'lead', in: 'staging' },
      votes,
    ]),
  );

/** Three versions were live, and two people do something at the same moment. */
export const ordersAtOnce: fc.Arbitrary<Step[]> = fc
  .array(fc.oneof(atOnceOf(order), worked), { minLength: 4, maxLength: 8 })
  .map((steps) => [
    ...[1, 2, 3].map((one): Step => ({ do: 'deliver', version: one, in: 'staging' })),
    ...steps,
  ]);

function isAccount(name: string): name is Account {
  return Object.hasOwn(ACCOUNTS, name);
}

export async function perform(site: Site, step: Step): Promise<void> {
  switch (step.do) {
    case 'work all':
      return site.workAll();
    case 'crash':
      return site.work(step.nth, { dies: step.dies });
    case 'at once':
      return inTurns(step.order, [
        (turn) => act(site, step.one, turn),
        (turn) => act(site, step.other, turn),
      ]);
    case 'schedule':
      return schedule(site, step);
    case 'look':
      return look(site, step);
    case 'later':
      return void site.clock.forward(step.minutes * 60);
    case 'tidy':
      return tidy.perform(
        { tick: randomUUID() },
        site.worldOf(atOnce),
        new AbortController().signal,
      );
    case 'role':
      return site.changeRole(step.who, step.isLost);
    case 'link': {
      const { card } = await site.invoke(step.to, 'link');
      const [code = ''] = /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(card.title) ?? [];
      await site.invoke('guest', `link ${code}`);
      return;
    }
    case 'unlink':
      await site.invoke('guest', 'link --remove');
      return;
    case 'deliver':
      await act(site, { ...step, do: 'promote', who: 'dev' }, atOnce);
      await site.workAll();
      for (const who of ['lead', 'rev in Slack'] as const)
        await act(site, { do: 'approve', who, in: step.in }, atOnce);
      return site.workAll();
    default:
      return act(site, step, atOnce);
  }
}

async function act(site: Site, step: Said | Worked, turn: Turn): Promise<void> {
  if (step.do === 'work') return site.work(step.nth, { turn });
  const line = await lineOf(site, step);
  if (line === undefined) return;
  const { outcome } = await site.invoke(step.who, line, turn);
  if (outcome !== 'done') return;
  if (step.do === 'freeze') site.witness.frozen.add(step.in);
}

async function lineOf(site: Site, step: Said): Promise<string | undefined> {
  switch (step.do) {
    case 'promote':
      return `promote flights ${step.version} --to ${step.in}`;
    case 'approve':
    case 'reject':
    case 'withdraw': {
      const open = await site.approvals.list({ statuses: ['checking', 'open'] });
      const asked = open.find(({ environment }) => environment === step.in);
      return asked && `${step.do} ${asked.id}`;
    }
    case 'freeze':
      return `freeze ${step.in} "Black Friday"`;
    case 'unfreeze':
      // Over as soon as it is asked for: a switch at the same moment may come after it.
      site.witness.frozen.delete(step.in);
      return `unfreeze ${step.in}`;
    case 'resume':
      return `resume flights --in ${step.in}`;
    default:
      return `${step.do} flights --in ${step.in} --reason "why not"`;
  }
}

/** What the retraining policy asks for in somebody's name. */
async function schedule(
  site: Site,
  { version, in: environment }: { version: number; in: Environment },
) {
  try {
    const { id } = await askPromotion(
      {
        ...{ id: `approval-${randomUUID().slice(0, 8)}`, ...site.endpointOf(environment), version },
        ...{ requestedBy: 'dev', automation: 'the retraining policy of flights' },
      },
      site.worldOf(atOnce),
    );
    await site.enqueue(requestPromotion, { approval: id });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
}

const arm = (requests: number, failures = 0): ArmTally => ({
  ...{ requests, failures },
  times: [[latencyBin(4), requests]],
  answers: [[3, requests]],
});

/** What the gateway counted of a rollout, and a look at it after some time. */
async function look(
  site: Site,
  { in: environment, isBad, minutes }: { in: Environment; isBad: boolean; minutes: number },
): Promise<void> {
  const endpoint = site.endpointOf(environment);
  const { rollout } = await site.endpoints.get(endpoint);
  site.clock.forward(minutes * 60);
  if (!rollout) return;
  const { deployment, step } = rollout;
  await site.tallies.add({
    ...{ ...endpoint, deployment, step, ready: true },
    tally: {
      ...{ stable: arm(9000), challenger: arm(3000, isBad ? 60 : 0) },
      shadow: { requests: 0, flipped: 0, dropped: 0, slices: [] },
    },
  });
  await site.enqueue(advanceRollout, { ...endpoint, deployment });
}
