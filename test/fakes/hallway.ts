import type { Choice, Form } from '../../src/core/form.ts';
import type { Identity } from '../../src/core/people.ts';
import type {
  Completion,
  Filling,
  Hallway,
  Heard,
  Invocation,
  Reaction,
} from '../../src/core/platform.ts';
import type { Reply } from '../../src/core/reply.ts';

interface Script {
  invoke?(invocation: Invocation): Reply | Promise<Reply>;
  react?(reaction: Reaction): Reply | undefined;
  complete?(text: string, by: Identity): Completion[];
  form?(filling: Filling): Form | undefined;
  suggest?(filling: Filling, option: string, typed: string): Choice[];
}

export interface ScriptedHallway extends Hallway {
  invocations: Invocation[];
  reactions: Reaction[];
  /** What doors that acknowledge first gave to keep; each is heard once, at once. */
  heard: Heard[];
  missedAt: string[];
  groupsChangedAt: string[];
  /** Whom to tell what came of a `Heard`; a test gives its door. */
  answerWith?: (heard: Heard, reply: Reply) => Promise<unknown>;
}

/** Answers by script and remembers what it was asked. An id it has heard gets the same answer again. */
export function scriptedHallway(script: Script): ScriptedHallway {
  const answers = new Map<string, Promise<Reply>>();
  const hallway: ScriptedHallway = {
    invocations: [],
    reactions: [],
    heard: [],
    missedAt: [],
    groupsChangedAt: [],
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
    async take(heard) {
      hallway.heard.push(heard);
      const reply =
        'invocation' in heard.what
          ? await hallway.invoke(heard.what.invocation)
          : await hallway.react(heard.what.reaction);
      if (reply) await hallway.answerWith?.(heard, reply);
    },
    async groupsChanged(platform) {
      hallway.groupsChangedAt.push(platform);
    },
    async missed(platform) {
      hallway.missedAt.push(platform);
    },
    async form(filling) {
      return script.form?.(filling);
    },
    async suggest(filling, option, typed) {
      return script.suggest?.(filling, option, typed) ?? [];
    },
  };
  return hallway;
}
