import { defineCommand } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import { couldBeSame, type People, type Person } from '../src/core/people.ts';
import type { Proposal } from '../src/core/ports/proposals.ts';
import { note } from '../src/core/reply.ts';
import { idOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

export const accept = defineCommand({
  name: 'accept',
  summary: 'Run what an agent proposed',
  role: 'viewer',
  agents: 'refuse',
  words: ['proposal'],
  options: { proposal: idOption('Proposal ID', 'proposal') },
  examples: ['/accept proposal-7k2f9qab'],

  async run(
    { proposal: id },
    { proposals, people, links, audit }: Needs<'proposals' | 'people' | 'links' | 'audit'>,
    { id: event, by, from },
  ) {
    const proposal = await proposals.get(id);
    const isMine = proposal.decision === eventOf(from.platform, event);
    if (proposal.status !== 'open' && !isMine) throw closed(proposal, people);
    requireOther(by, proposal, people);
    return {
      ...note(`Running ${id}`),
      instead: {
        proposal,
        async begin() {
          const decision = eventOf(from.platform, event);
          // An account may have been linked to the owner since, and the proposal may have been changed.
          people.replaceLinks(await links.list());
          const seen = await proposals.get(id);
          requireOther(people.byId(by.id) ?? by, seen, people);
          const how = {
            ...{ status: 'accepted' as const, by: by.id, event: decision },
            owner: seen.owner,
          };
          const decided = await proposals.decide(id, how);
          if (!decided) throw closed(await proposals.get(id), people);
          await audit.append({
            id: `accept-${id}`,
            by: by.id,
            action: 'proposal.accept',
            subject: id,
            via: from.platform,
            after: { agent: proposal.agent, owner: proposal.owner, command: proposal.command },
          });
        },
      },
    };
  },
});

const eventOf = (platform: string, event: string) => `${platform}:${event}`;

/** Nobody accepts what their own agent asks for, by whichever account. */
function requireOther(by: Person, { agent, owner }: Proposal, people: Pick<People, 'byId'>): void {
  const known = people.byId(owner);
  if (!known)
    throw new Refused(`The owner of ${agent} is no longer in this workspace. Nothing was done.`, {
      next: 'Run the command yourself if it should be done.',
    });
  if (!couldBeSame(by, known)) return;
  const why =
    by.id === known.id
      ? `${agent} is your own agent`
      : `you and ${known.name}, whose agent it is, may be the same person`;
  throw new Refused(`You cannot accept this: ${why}. Nothing was done.`, {
    next: 'Somebody else can, or run the command yourself.',
  });
}

export function closed({ id, status, decidedBy }: Proposal, people: Pick<People, 'byId'>): Refused {
  const by = decidedBy === undefined ? 'Somebody' : (people.byId(decidedBy)?.name ?? decidedBy);
  if (status === 'open' || status === 'expired')
    return new Refused(`${id} has expired. Nothing was done.`, {
      next: 'Run the command yourself if it should still be done.',
    });
  return new Refused(`${by} ${status} ${id} before you. Nothing was done.`);
}
