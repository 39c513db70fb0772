import type { Command } from './command.ts';
import type { Person } from './people.ts';
import type { Invocation } from './platform.ts';
import type { Instead, Reply } from './reply.ts';
import type { World } from './world.ts';

/** What the dispatch does for every call, for calls by agents too. */
interface CallRules {
  /** Throws BadInput. */
  find(command: string): Command;
  /** The validated input. Throws Refused if that person may not call it. */
  allowed(
    command: Command,
    by: Person,
    input: Invocation['input'],
  ): Promise<Record<string, unknown>>;
}

/** What agents call, and what people run for them. */
interface AgentCalls {
  /** Answers an agent, or files what it asks for as a proposal. */
  answerTo(
    invocation: Invocation,
    command: Command,
    agent: NonNullable<Invocation['agent']>,
  ): Promise<Reply>;
  /** Runs what an agent proposed, as the person who accepted it. */
  run(instead: Instead, by: Person, invocation: Invocation): Promise<Reply>;
}

export type CreateAgentCalls = (world: World, rules: CallRules) => AgentCalls;
