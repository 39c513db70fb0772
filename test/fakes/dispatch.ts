import type { Choice, Form } from '../../src/core/form.ts';
import type { Identity } from '../../src/core/people.ts';
import type {
  Completion,
  Dispatch,
  Filling,
  InboundEvent,
  Invocation,
  Reaction,
  Said,
} from '../../src/core/platform.ts';
import type { Reply } from '../../src/core/reply.ts';

interface Script {
  invoke?(invocation: Invocation): Reply | Promise<Reply>;
  react?(reaction: Reaction): Reply | undefined;
  complete?(text: string, by: Identity): Completion[];
  form?(filling: Filling): Form | undefined;
  suggest?(filling: Filling, option: string, typed: string): Choice[];
}

export interface ScriptedDispatch extends Dispatch {
  invocations: Invocation[];
  reactions: Reaction[];
  /** Replies that people wrote in threads of messages. */
  said: Said[];
  /** Events from adapters that acknowledge first; each is handled once, immediately. */
  heard: InboundEvent[];
  /** Those that people were shown in time to be accepted. */
  acknowledgements: InboundEvent[];
  missedAt: string[];
  groupsChangedAt: string[];
  /** Who is told the outcome of an `InboundEvent`; a test provides its adapter. */
  answerWith?: (heard: InboundEvent, reply: Reply) => Promise<unknown>;
}

/** Gives scripted answers and records the calls. A known ID gets the same answer again. */
export function scriptedDispatch(script: Script): ScriptedDispatch {
  const answers = new Map<string, Promise<Reply>>();
  const dispatch: ScriptedDispatch = {
    invocations: [],
    reactions: [],
    said: [],
    heard: [],
    acknowledgements: [],
    missedAt: [],
    groupsChangedAt: [],
    invoke(invocation) {
      dispatch.invocations.push(invocation);
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
      dispatch.reactions.push(reaction);
      return script.react?.(reaction);
    },
    async hear(said) {
      dispatch.said.push(said);
      return undefined;
    },
    async complete(text, by) {
      return script.complete?.(text, by) ?? [];
    },
    async take(heard) {
      dispatch.heard.push(heard);
      const { what } = heard;
      const answers = () => {
        if ('invocation' in what) return dispatch.invoke(what.invocation);
        return 'reaction' in what ? dispatch.react(what.reaction) : dispatch.hear(what.said);
      };
      const reply = await answers();
      if (reply) await dispatch.answerWith?.(heard, reply);
    },
    async acknowledged(heard) {
      dispatch.acknowledgements.push(heard);
    },
    async groupsChanged(platform) {
      dispatch.groupsChangedAt.push(platform);
    },
    async missed(platform) {
      dispatch.missedAt.push(platform);
    },
    async form(filling) {
      return script.form?.(filling);
    },
    async suggest(filling, option, typed) {
      return script.suggest?.(filling, option, typed) ?? [];
    },
  };
  return dispatch;
}
