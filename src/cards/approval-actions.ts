import type { Action } from '../core/card.ts';
import type { Approval } from '../core/ports/approvals.ts';

/** For voters, while the request is open. */
export function votingActions({ id, model, version, environment }: Approval): Action[] {
  const what = `${model} v${version} for ${environment}`;
  return [
    {
      label: 'Approve',
      command: 'approve',
      argument: id,
      style: 'primary',
      confirm: `Approve ${what}? It goes live once enough people have approved.`,
    },
    {
      label: 'Reject',
      command: 'reject',
      argument: id,
      style: 'danger',
      confirm: `Reject ${what}? This closes the request.`,
    },
  ];
}

/** The value of `--from`: the version, until it is recorded which deployment it became. */
export function rollbackFrom({ deployment, version }: Approval): string {
  return deployment ?? `v${version}`;
}

/** Refers to this deployment: if another one is live when it is pressed, it changes nothing. */
export function rollBackAction(approval: Approval): Action {
  const { model, environment } = approval;
  return {
    label: 'Roll back',
    command: 'rollback',
    argument: `${model} --from ${rollbackFrom(approval)} --in ${environment}`,
    style: 'danger',
    confirm: `Restore the previous version in ${environment}? Callers of ${model} get its predictions immediately.`,
  };
}
