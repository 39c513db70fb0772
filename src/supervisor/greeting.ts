import { resolve } from 'node:path';
import type { LoadedWorkspace } from '../../config/workspace.ts';

/** Where the command line looks for a demo by default. */
const DEFAULT_HOME = '.wheelhouse';

/** Shown to the user once everything is up; `home` is the state folder. */
export function greeting(
  address: string,
  token: string,
  workspace: LoadedWorkspace,
  home: string,
): string {
  const [model] = workspace.models.list();
  // The default environment of /promote.
  const { first } = workspace.environments;
  const operators = workspace.people.atLeast('operator', first);
  const approvers = workspace.people.atLeast('approver', first);
  // Better someone who cannot vote, because nobody can approve their own request.
  const asks =
    operators.find(({ id }) => approvers.every((other) => other.id !== id)) ?? operators[0];
  const approves = approvers.find(({ id }) => id !== asks?.id);
  const name = model?.name ?? 'MODEL';
  const where = resolve(home) === resolve(DEFAULT_HOME) ? '' : `WHEELHOUSE_HOME=${home} `;
  const channel = model?.channel ?? workspace.channels[0]?.id ?? 'general';
  return `
Wheelhouse is up. Open this page:

  ${address}/?token=${token}

  1. In #${channel}, type  /train ${name}  and, when it is done,  /promote ${name} 1
  2. ${approves ? `Switch from ${asks?.id} to ${approves.id} and approve with a reaction` : 'Add a second person to wheelhouse.yaml with the role approver: nobody else can approve'}
     ${workspace.traffic ? 'Traffic then goes to version 1' : 'Version 1 then answers your requests: docs/serving.md'}
  3. Ask from another terminal:  ${where}npx wheelhouse status ${name} --as ${asks?.id ?? 'PERSON'}

Ctrl-C stops everything, "npm run demo" continues from there, "npm run demo -- --fresh" starts over.
`;
}
