import { frozenInWords } from '../../src/cards/freeze.ts';
import { Refused } from '../../src/core/errors.ts';
import { specIn } from '../../src/core/model.ts';
import type { Approval, ApprovalDraft } from '../../src/core/ports/approvals.ts';
import type { Needs } from '../../src/core/world.ts';
import { mayNotRequest } from '../../src/release/policy.ts';

/**
 * Stores a request if the policy lets it be made now. For people, and for schedules and agents, which name
 * themselves and their owner.
 * @throws Refused while automation is on hold, or if the environment is frozen until after the request expires
 */
export async function askPromotion(
  { id, model, version, environment, requestedBy, automation, tell }: Omit<ApprovalDraft, 'needed'>,
  {
    models,
    approvals,
    endpoints,
    freezes,
    clock,
  }: Needs<'models' | 'approvals' | 'endpoints' | 'freezes' | 'clock'>,
): Promise<Approval> {
  const { needed, expiresHours } = specIn(models.get(model), environment).approval;
  const time = clock.now();
  const refused = mayNotRequest(
    { environment, automation, expiresHours },
    {
      endpoint: await endpoints.get({ model, environment }),
      frozen: { calendar: freezes.calendar, freezes: await freezes.current() },
      time,
    },
  );
  if (refused?.code === 'held')
    throw new Refused(`Nothing was requested, since ${refused.why}.`, {
      next: `A person can say /resume ${model} --in ${environment}.`,
    });
  if (refused)
    throw new Refused(`${frozenInWords(refused.status, time)}, so nothing was requested.`, {
      next: 'A rollback is possible. /freezes lists what is frozen.',
    });
  const draft = { id, model, version, environment, requestedBy, needed };
  return approvals.request({
    ...draft,
    ...(automation !== undefined && { automation }),
    ...(tell && { tell }),
  });
}
