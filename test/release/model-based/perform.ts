import { randomUUID } from 'node:crypto';
import { advanceRollout } from '../../../jobs/advance-rollout.ts';
import { requestPromotion } from '../../../jobs/declared/index.ts';
import { askPromotion } from '../../../jobs/steps/ask-promotion.ts';
import { tidy } from '../../../jobs/tidy.ts';
import { Refused } from '../../../src/core/errors.ts';
import { latencyBin } from '../../../src/core/latency.ts';
import { type ArmTally, stepOf } from '../../../src/core/rollout.ts';
import { atOnce, inTurns, type Turn } from './in-turns.ts';
import { type Environment, type Site, UNDO_SECONDS } from './site.ts';
import type { Said, Step, Worked } from './steps.ts';

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
    case 'gate':
      return void (step.isFailing ? site.failing.add(step.in) : site.failing.delete(step.in));
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
      await site.workAll();
      if (!site.isCareful || step.in !== 'production') return;
      // Nobody undoes it.
      site.clock.forward(UNDO_SECONDS);
      await perform(site, { do: 'tidy' });
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
  const overridden = /^override (\S+)/.exec(line)?.[1];
  if (overridden !== undefined) site.witness.overrode.set(overridden, step.who);
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
    case 'override': {
      const refused = await site.approvals.list({ statuses: ['refused'] });
      const asked = refused.find(({ environment }) => environment === step.in);
      return asked && `override ${asked.id} "worst slice" --reason "why not"`;
    }
    case 'drill':
      return `drill flights --in ${step.in}`;
    case 'freeze':
      return `freeze ${step.in} "Black Friday"`;
    case 'unfreeze':
      // Over from the request on: a switch at the same moment may come after it.
      site.witness.frozen.delete(step.in);
      return `unfreeze ${step.in}`;
    case 'resume':
      return `resume flights --in ${step.in}`;
    default:
      return `${step.do} flights --in ${step.in} --reason "why not"`;
  }
}

/** A request by the retraining policy in a person's name. */
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

const NOTHING = { requests: 0, flipped: 0, dropped: 0, slices: [] };

/** What the gateway counted in a rollout, and a look at it after some time. */
async function look(
  site: Site,
  { in: environment, isBad, minutes }: { in: Environment; isBad: boolean; minutes: number },
): Promise<void> {
  const endpoint = site.endpointOf(environment);
  const { rollout } = await site.endpoints.get(endpoint);
  site.clock.forward(minutes * 60);
  if (!rollout) return;
  const { deployment, step } = rollout;
  const isShadow = stepOf(rollout).shadow;
  await site.tallies.add({
    ...{ ...endpoint, deployment, step, ready: true },
    tally: {
      ...{ stable: arm(9000), challenger: arm(3000, isBad && !isShadow ? 60 : 0) },
      shadow: isShadow ? { ...NOTHING, requests: 3000, flipped: isBad ? 1800 : 0 } : NOTHING,
    },
  });
  await site.enqueue(advanceRollout, { ...endpoint, deployment });
}
