import { z } from 'zod';
import type { Agent, Agents } from '../src/core/agents.ts';
import { NotFound } from '../src/core/errors.ts';
import { didYouMean } from '../src/core/suggest.ts';
import { type Fault, fieldsOf } from './faults.ts';

/** A program that proposes changes for a person. */
export const AgentFile = z.strictObject({
  /** The ID of a person. */
  owner: z.string().min(1),
  proposals_per_day: z.number().int().min(1).max(1000).default(20),
  expires_hours: z
    .number()
    .positive()
    .max(24 * 90)
    .default(24),
  /** Default: `general`, or the first channel. */
  channel: z.string().optional(),
});

export function agentsOf(
  file: Readonly<Record<string, z.output<typeof AgentFile>>>,
  homesOf: (channel: string | undefined) => Agent['homes'],
): Agents {
  const agents = new Map(
    Object.entries(file).map(([name, { owner, proposals_per_day, expires_hours, channel }]) => [
      name,
      {
        ...{ name, owner, proposalsPerDay: proposals_per_day, expiresHours: expires_hours },
        homes: homesOf(channel),
      },
    ]),
  );
  return {
    list: () => [...agents.values()],
    get(name) {
      const agent = agents.get(name);
      if (agent) return agent;
      throw new NotFound(`There is no agent "${name}".${didYouMean(name, [...agents.keys()])}`, {
        next: 'Add it under "agents" in wheelhouse.yaml: docs/agents.md.',
      });
    },
  };
}

/** Owners that are no people of the file. Channels are checked by the caller. */
export function agentFaults(file: Record<string, unknown>): Fault[] {
  const people = Object.keys(fieldsOf(file['people']));
  return Object.entries(fieldsOf(file['agents'])).flatMap(([name, agent]) => {
    const { owner } = fieldsOf(agent);
    if (typeof owner !== 'string' || people.includes(owner)) return [];
    const words = `there is no person "${owner}".${didYouMean(owner, people)}`;
    return [{ path: ['agents', name, 'owner'], words }];
  });
}
