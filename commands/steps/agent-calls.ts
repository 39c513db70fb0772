import { proposalState, proposalSubject, proposedCall } from '../../src/cards/proposal.ts';
import type { CreateAgentCalls } from '../../src/core/agent-calls.ts';
import type { Agent } from '../../src/core/agents.ts';
import type { Command } from '../../src/core/command.ts';
import { inWords, Refused, WheelhouseError } from '../../src/core/errors.ts';
import { deriveId } from '../../src/core/ids.ts';
import { toJson } from '../../src/core/json.ts';
import type { Person } from '../../src/core/people.ts';
import type { Invocation } from '../../src/core/platform.ts';
import type { Proposal } from '../../src/core/ports/proposals.ts';
import { note, type Reply } from '../../src/core/reply.ts';
import type { World } from '../../src/core/world.ts';

const HOUR_MS = 3_600_000;

/** What agents call, and what people run for them. An agent has the rights of its owner, and changes nothing itself. */
export const createAgentCalls: CreateAgentCalls = (world, { find, allowed }) => {
  const callOf = (proposal: Pick<Proposal, 'command' | 'input'>) =>
    proposedCall(proposal, find(proposal.command).words);

  async function show(proposal: Proposal, problem?: string): Promise<void> {
    const state = proposalState(proposal, callOf(proposal), world.people, problem);
    await world.replies.show(proposalSubject(proposal), state);
  }

  async function file(
    { id, from }: Invocation,
    agent: Agent,
    owner: Person,
    draft: Pick<Proposal, 'command' | 'input' | 'why'>,
  ): Promise<Reply> {
    const expiresAt = new Date(world.clock.now().getTime() + agent.expiresHours * HOUR_MS);
    const proposal = await world.proposals.file(
      { id: deriveId('proposal', id), agent: agent.name, owner: owner.id, ...draft, expiresAt },
      agent.proposalsPerDay,
    );
    if (!proposal)
      throw new Refused(
        `${agent.name} has filed ${agent.proposalsPerDay} proposals today, which is its budget. Nothing was filed.`,
        { next: 'It is renewed at 00:00 UTC.' },
      );
    await world.audit.append({
      id: `proposal-${proposal.id}`,
      by: owner.id,
      action: 'proposal.file',
      subject: proposal.id,
      via: `${from.platform}/${from.channel}`,
      after: toJson({ agent: agent.name, ...draft }),
    });
    const call = callOf(proposal);
    const state = proposalState(proposal, call, world.people);
    for (const home of homesOf(agent, proposal, world))
      await world.replies.open(proposalSubject(proposal), home, state);
    return note(
      `Proposed ${call} as ${proposal.id}. Nothing has been done: a person other than ${owner.name} must run it.`,
      'note',
      { proposal },
    );
  }

  return {
    async answerTo(invocation, command, { name, why }) {
      const agent = world.agents.get(name);
      const owner = world.people.byId(agent.owner);
      if (!owner)
        throw new Refused(`The owner of ${name} is no longer in this workspace. Nothing was done.`);
      if (command.agentsMay === 'refuse')
        throw new Refused(`Only people can use /${command.name}. Nothing was done.`);
      const input = await allowed(command, owner, invocation.input);
      if (command.forAgents(input) === 'answer')
        return command.call(input, world, {
          id: invocation.id,
          by: { ...owner, name: `${name} (agent of ${owner.name})` },
          from: invocation.from,
          account: invocation.by,
        });
      requireKnown(command, input, world);
      const given = Object.entries(input).map(([key, value]) => [key, toJson(value)] as const);
      return file(invocation, agent, owner, {
        command: command.name,
        input: Object.fromEntries(given),
        ...(why !== undefined && { why }),
      });
    },

    async run({ proposal, begin }, by, invocation) {
      const command = find(proposal.command);
      const input = await allowed(command, by, proposal.input);
      // The options may have changed since.
      command.forAgents(input);
      await begin();
      const decided: Proposal = { ...proposal, status: 'accepted', decidedBy: by.id };
      try {
        const reply = await command.call(input, world, {
          // Not that of the event: what the command derives from it is made once, whoever retries.
          id: proposal.id,
          by,
          from: invocation.from,
          account: invocation.by,
          proposed: { agent: proposal.agent, owner: proposal.owner },
        });
        await show(decided);
        return reply;
      } catch (error) {
        if (error instanceof WheelhouseError) await show(decided, inWords(error));
        throw error;
      }
    },
  };
};

/** Throws NotFound, so that nobody is asked to run what cannot work. Versions may still be made. */
function requireKnown(
  { options }: Command,
  input: Readonly<Record<string, unknown>>,
  { models, environments }: World,
): void {
  for (const [name, { suggests }] of Object.entries(options)) {
    const value = input[name];
    if (typeof value !== 'string') continue;
    if (suggests === 'model') models.get(value);
    if (suggests === 'environment') environments.get(value);
  }
}

/** The agent's own channel, and those of the model that it names. */
function homesOf(agent: Agent, { input }: Proposal, { models }: World): Agent['homes'] {
  const model = models.list().find(({ name }) => name === input['model']);
  const all = [...agent.homes, ...(model?.homes ?? [])];
  const keyOf = ({ platform, channel }: Agent['homes'][number]) => `${platform}/${channel}`;
  return [...new Map(all.map((home) => [keyOf(home), home])).values()];
}
