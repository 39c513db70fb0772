import { lockInWords } from '../../src/cards/endpoint.ts';
import { frozenInWords } from '../../src/cards/freeze.ts';
import { notReleased } from '../../src/cards/not-released.ts';
import { Refused } from '../../src/core/errors.ts';
import type { DeployOrder } from '../../src/core/ports/deployments.ts';
import type { EndpointChange, EndpointState } from '../../src/core/ports/endpoints.ts';
import type { Needs } from '../../src/core/world.ts';
import { judgeSwitch } from '../../src/release/policy.ts';

export type StillApproved = Needs<
  'approvals' | 'people' | 'links' | 'models' | 'versions' | 'freezes' | 'audit' | 'clock'
>;

/** Nothing is wrong with the order, but another change is in progress: it is carried out afterwards. */
export class NotYet extends Refused {}

/**
 * Asks the release policy, with the people, accounts, configuration and endpoint of this moment. Between the
 * last vote and the switch a role may have been removed, an account linked, or another change begun.
 * @returns what is to be written with the switch
 * @throws NotYet while another change holds the endpoint; Refused if the version may not go live now
 */
export async function requireStillApproved(
  order: DeployOrder,
  endpoint: EndpointState,
  { approvals, people, links, models, versions, freezes, audit, clock }: StillApproved,
): Promise<EndpointChange> {
  people.replaceLinks(await links.list());
  const approval = await approvals.get(order.approval);
  const { number: newest } = await versions.resolve(order.model, 'latest');
  const frozen = { calendar: freezes.calendar, freezes: await freezes.current() };
  const [last] = await audit.list({ limit: 1 });
  // Read last: a freeze may begin while the rest is read.
  const time = clock.now();
  const now = { people, models, endpoint, newest, frozen, recorded: last?.at, time };
  const ruling = judgeSwitch(order, approval, now);
  if (ruling.status === 'go') return ruling.change;
  const { model, version, environment } = order;
  if (ruling.status === 'waits')
    throw new NotYet(
      `${model} in ${environment} is ${lockInWords(ruling.lock)}. v${version} follows when that is over.`,
    );
  if (ruling.status === 'frozen')
    throw new Refused(
      `${frozenInWords(ruling.freeze, time)}, so ${model} v${version} was not deployed.`,
      { next: `Use /promote ${model} ${version} --to ${environment} to request again.` },
    );
  const { objection } = ruling;
  throw new Refused(
    notReleased(objection, `${model} v${version} was not deployed`),
    objection.ruling && {
      next: `Use /promote ${model} ${version} --to ${environment} to request again.`,
    },
  );
}
