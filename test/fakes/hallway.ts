import type { Identity } from '../../src/core/people.ts';
import type { Completion, Hallway, Invocation, Reaction } from '../../src/core/platform.ts';
import type { Reply } from '../../src/core/reply.ts';

interface Script {
  invoke?(invocation: Invocation): Reply | Promise<Reply>;
  react?(reaction: Reaction): Reply | undefined;
  complete?(text: string, by: Identity): Completion[];
}

export interface ScriptedHallway extends Hallway {
  invocations: Invocation[];
  reactions: Reaction[];
}

/** Answers by script and remembers what it was asked. An id it has heard gets the same answer again. */
export function scriptedHallway(script: Script): ScriptedHallway {
  const answers = new Map<string, Promise<Reply>>();
  const hallway: ScriptedHallway = {
    invocations: [],
    reactions: [],
    invoke(invocation) {
      hallway.invocations.push(invocation);
      const answer =
        answers.get(invocation.id) ??
        Promise.resolve().then(() => {
          if (script.invoke) return script.invoke(invocation);
          throw new Error('nobody expected a command');
        });
      answers.set(invocation.id, answer);
      return answer;
    },
    async react(reaction) {
      hallway.reactions.push(reaction);
      return script.react?.(reaction);
    },
    async complete(text, by) {
      return script.complete?.(text, by) ?? [];
    },
  };
  return hallway;
}
