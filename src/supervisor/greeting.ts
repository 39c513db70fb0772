import type { LoadedWorkspace } from '../../config/workspace.ts';

/** What a newcomer reads once everything is up. */
export function greeting(address: string, token: string, workspace: LoadedWorkspace): string {
  const [model] = workspace.models.list();
  const [asks = 'dev', approves = asks] = workspace.personIds;
  const name = model?.name ?? 'MODEL';
  const channel = model?.channel ?? workspace.channels[0]?.id ?? 'general';
  return `
Wheelhouse is up. Open this page:

  ${address}/?token=${token}

  1. In #${channel}, type  /train ${name}  and, when it is done,  /promote ${name} 1
  2. Switch from ${asks} to ${approves} and approve with a reaction; traffic goes to version 1
  3. Ask from another terminal:  npx wheelhouse status ${name} --as ${asks}

Ctrl-C stops everything, "npm run demo" goes on from there, "npm run demo -- --fresh" starts over.
`;
}
