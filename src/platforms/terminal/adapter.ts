import { z } from 'zod';
import type { Dispatch } from '../../core/platform.ts';
import type { ChatLog } from '../../core/ports/chat-log.ts';
import type { Adapter } from '../http/adapter.ts';
import { createChanges, type Elsewhere } from '../http/changes.ts';
import { CallerId, read, splitLine } from '../http/read.ts';
import type { Speakers } from '../http/speakers.ts';
import { createWatch } from './watch.ts';
import type { Answered } from './wire.ts';

interface TerminalAdapterOptions {
  chatLog: ChatLog;
  speakers: Speakers;
  commands: readonly { name: string }[];
  dispatch: () => Dispatch;
  /** Calls that wait at other bots. */
  elsewhere: Elsewhere;
}

const TERMINAL = 'terminal';
const LONGEST_WAIT_S = 30;
const HELP = 'help';

// The body is limited already, and the dispatch limits the length of a command.
const Word = z.string();
const ASKED = z
  .strictObject({
    id: CallerId,
    as: z.string().max(100).optional(),
    line: Word.optional(),
    command: Word.optional(),
    input: z.union([Word, z.array(Word).max(500), z.record(z.string(), z.unknown())]).default([]),
  })
  .refine(
    ({ line, command }) => (line === undefined) !== (command === undefined),
    'give either "line", or "command" and "input"',
  );
const WATCHED = z.object({ invocation: CallerId });
const SINCE = z.object({
  after: z.coerce.number().int().min(0).default(0),
  wait: z.coerce.number().min(0).max(LONGEST_WAIT_S).default(0),
});

/** The adapter of the command line and of scripts; `wire.ts` describes its protocol. A channel is one invocation. */
export function createTerminalAdapter({
  chatLog,
  speakers,
  commands,
  dispatch,
  elsewhere,
}: TerminalAdapterOptions): Adapter {
  const changes = createChanges<string>();
  const tell = (call: string) => {
    changes.tell(call);
    elsewhere.tell(call);
  };
  const watch = createWatch(chatLog, changes);
  const waiting = new Set<AbortController>();
  /** Its answer is the same for everyone: help, or that there is no such command. */
  const needsNobody = (name: string) =>
    name === HELP || !commands.some((one) => one.name === name.toLowerCase());
  const hangUp = () => {
    for (const enough of waiting) enough.abort();
  };
  elsewhere.on(changes.tell, hangUp);

  return {
    speaker: {
      name: TERMINAL,
      channelsEnd: true,
      spell: (command) => `npx wheelhouse ${command}`,
      async post({ channel }, card, { key, thread, again, outcome, data }) {
        const post = await chatLog.add({
          platform: TERMINAL,
          channel,
          thread: thread ?? null,
          author: null,
          text: null,
          card,
          state: { outcome, data },
          key: `${TERMINAL}/${channel}/${key}`,
        });
        // An earlier attempt may have posted an older card.
        if (again) await chatLog.edit(post.id, card, { outcome, data });
        tell(channel);
        return post.id;
      },
      async edit({ channel }, message, card, state) {
        await chatLog.edit(message, card, state);
        tell(channel);
      },
    },

    routes(api) {
      api.post('/invocations', async (request): Promise<Answered> => {
        const { id, as, line, command = '', input } = read(ASKED, request.body);
        const what = line === undefined ? { command, input } : splitLine(line);
        const isUnnamed =
          as === undefined && needsNobody(what.command) && speakers.all().length > 1;
        const user = isUnnamed ? '' : speakers.named(as).id;
        const reply = await dispatch().invoke({
          id,
          ...what,
          by: { platform: TERMINAL, user },
          from: { platform: TERMINAL, channel: id },
        });
        const { card, outcome, data, fault, subject } = reply;
        return {
          reply: { card, outcome, data, ...(fault && { fault }), ...(subject && { subject }) },
        };
      });

      api.get('/watch/:invocation', async (request, reply) => {
        const { invocation } = read(WATCHED, request.params);
        const { after, wait } = read(SINCE, request.query);
        const enough = new AbortController();
        waiting.add(enough);
        const timer = setTimeout(() => enough.abort(), wait * 1000);
        reply.raw.on('close', () => enough.abort());
        try {
          const news = await watch.newer(invocation, after, enough.signal);
          return news ?? reply.code(204).send();
        } finally {
          clearTimeout(timer);
          waiting.delete(enough);
          enough.abort();
        }
      });
    },

    hangUp,
  };
}
