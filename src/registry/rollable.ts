import { Refused } from '../core/errors.ts';
import type { RollbackOrder } from '../core/ports/deployments.ts';
import type { DeploymentRow, Endpoint } from './endpoints.ts';

/** The deployment to restore and the one to replace. Throws Refused if the order no longer applies. */
export async function rollable(
  endpoint: Endpoint | undefined,
  { model, environment, replaces, restores }: RollbackOrder,
  row: (id: string) => Promise<DeploymentRow>,
): Promise<[restore: DeploymentRow, replace: DeploymentRow]> {
  const [top, ...earlier] = [...(endpoint?.stack ?? [])].reverse();
  const under = restores === undefined ? earlier[0] : earlier.find((id) => id === restores);
  if (top === undefined) throw new Refused(`No version of ${model} is live in ${environment}.`);
  const live = await row(top);
  const name = `${model} v${live.version}`;
  if (top !== replaces)
    throw new Refused(`${name} (${top}) is now live in ${environment}, not ${replaces}.`, {
      next: 'Check what is live, and roll that back if needed.',
    });
  if (under === undefined && restores !== undefined)
    throw new Refused(`${restores} can no longer be restored in ${environment}.`, {
      next: `/history ${model} shows what was live.`,
    });
  if (under === undefined)
    throw new Refused(`There is no version before ${name} in ${environment}.`, {
      next: `Promote another version instead; /undeploy ${model} --in ${environment} --reason "…" takes this one out of service.`,
    });
  return [await row(under), live];
}
