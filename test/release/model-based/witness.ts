import { isFailed } from '../../../src/core/judged-gate.ts';
import type { Approval } from '../../../src/core/ports/approvals.ts';
import type { Deployments, DeployOrder } from '../../../src/core/ports/deployments.ts';
import { judge } from '../../../src/release/policy.ts';
import type { Harness } from '../../jobs/harness.ts';
import { elsewhere } from '../crash/lives.ts';
import type { Turn } from './in-turns.ts';

/** Notes what was wrong with a promotion at the instant before its write. */
export function createWitness({
  approvals,
  endpoints,
  ticketCheck,
  people,
  models,
}: Pick<Harness, 'approvals' | 'endpoints' | 'ticketCheck' | 'models'> & {
  people: Harness['people'];
}) {
  const wrong: string[] = [];
  /** Environments whose freeze was confirmed, and not ended since. */
  const frozen = new Set<string>();
  /** By request: who overrode a gate of it. */
  const overrode = new Map<string, string>();

  async function objections(order: DeployOrder): Promise<string[]> {
    const endpoint = await endpoints.get(order);
    const approval: Approval = await approvals.get(order.approval);
    const { status, automation, evidence, votes } = approval;
    const author = overrode.get(approval.id);
    const others = votes.filter(
      ({ verdict, person }) => verdict === 'approve' && person !== author,
    );
    const ruling = judge(approval, { people, models, endpoint });
    const ticket = await ticketCheck.whyNot(order);
    return [
      ...(status === 'approved' ? [] : [`its approval is ${status}`]),
      ...(ruling.status === 'approved' ? [] : [`its votes do not count: ${ruling.reason}`]),
      ...(evidence?.artifact === order.artifact ? [] : ['it is another artifact']),
      ...(ticket === undefined ? [] : [`it has no ticket: ${ticket}`]),
      ...(evidence?.gates.some(isFailed) ? ['a gate of it fails'] : []),
      ...(others.length < approval.needed ? ['it needs the vote of whoever overrode a gate'] : []),
      ...(automation !== undefined && endpoint.hold ? ['automation is on hold'] : []),
      ...(frozen.has(order.environment) ? ['its environment is frozen'] : []),
    ];
  }

  return {
    wrong,
    frozen,
    overrode,
    watching: (real: Deployments, turn: Turn): Deployments => ({
      ...real,
      async deploy(order, mayStill) {
        let found: string[] = [];
        const live = await real.deploy(order, async (seen) => {
          const change = await mayStill?.(seen);
          // After the policy has agreed, another process may act.
          await turn();
          // A process that dies while it is looked at must not keep the keys that all look-ups share half read.
          found = await elsewhere(() => objections(order));
          return change;
        });
        wrong.push(...found.map((what) => `v${order.version} went live, and ${what}`));
        return live;
      },
    }),
  };
}
