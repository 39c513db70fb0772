import { z } from 'zod';
import type { Directory } from '../../core/people.ts';
import type { Dispatch } from '../../core/platform.ts';
import type { Artifacts } from '../../core/ports/artifacts.ts';
import type { Board } from '../../core/ports/board.ts';
import type { ChatLog } from '../../core/ports/chat-log.ts';
import type { Adapter } from '../http/adapter.ts';
import { createChanges, type Elsewhere } from '../http/changes.ts';
import { CallerId, read } from '../http/read.ts';
import type { Speakers } from '../http/speakers.ts';
import { createActs } from './acts.ts';
import type { PageEvent, Press, React, Say, Session } from './api.ts';
import { boardRoutes } from './board.ts';
import { createEvents, type EventsOptions } from './events.ts';
import { readPicture } from './pictures.ts';
import { createRoom } from './room.ts';

interface WebAdapterOptions extends Pick<Session, 'channels' | 'commands' | 'version'> {
  chatLog: ChatLog;
  people: Directory;
  artifacts: Pick<Artifacts, 'read'>;
  board: Board;
  speakers: Speakers;
  dispatch: () => Dispatch;
  events?: EventsOptions;
  /** The pages of other bots. */
  elsewhere: Elsewhere;
}

const Name = z.string().min(1).max(100);
const PostId = z.string().min(1).max(200);
// Emoji names become keys of a record: names such as `constructor` are not allowed.
const Emoji = z
  .string()
  .regex(/^[a-z0-9+-][a-z0-9_+-]{0,39}$/, 'must be the name of an emoji')
  .refine((name) => !(name in {}), 'must be the name of an emoji');

const SAY: z.ZodType<Say> = z.strictObject({
  id: CallerId,
  as: Name,
  channel: Name,
  text: z.string().trim().min(1, 'the message is empty').max(8_000, 'at most 8,000 characters'),
});
const PRESS: z.ZodType<Press> = z.strictObject({
  id: CallerId,
  as: Name,
  post: PostId,
  command: Name,
  argument: z.string().max(1_000),
});
const REACT: z.ZodType<React> = z.strictObject({
  id: CallerId,
  as: Name,
  post: PostId,
  emoji: Emoji,
  on: z.boolean(),
});
const POSTS = z.object({ channel: Name, before: PostId.optional() });
const COMPLETE = z.object({ as: Name, text: z.string().max(8_000) });
const THREAD = z.object({ id: PostId });
const PICTURE = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits') });

/** The adapter of the page; `api.ts` describes its protocol. */
export function createWebAdapter(options: WebAdapterOptions): Adapter {
  const { chatLog, people, artifacts, speakers, dispatch, channels, commands, version } = options;
  const { elsewhere } = options;
  const changes = createChanges<PageEvent>();
  const room = createRoom(chatLog, people, changes, elsewhere);
  const events = createEvents(changes, version, options.events);
  elsewhere.on(
    // A page that misses one shows it with the next, or when it is loaded again.
    (id) => void room.changed(id).catch(() => undefined),
    // Pages load what they missed when they connect again.
    events.hangUp,
  );
  const acts = createActs(room, speakers, dispatch, channels);

  return {
    speaker: {
      name: 'web',
      async post({ channel }, card, { key, thread, again, outcome, data }) {
        if (thread === undefined) await acts.turn(channel);
        const post = await room.add({
          key,
          channel,
          thread: thread ?? null,
          card,
          state: { outcome, data },
        });
        // An earlier attempt may have posted an older card.
        if (again) await room.edit(post.id, card, { outcome, data });
        return post.id;
      },
      async edit(_where, message, card, state) {
        await room.edit(message, card, state);
      },
    },

    routes(api) {
      api.get('/session', async (): Promise<Session> => {
        const identities = speakers.all().map(({ id, name, role }) => ({ id, name, role }));
        return { identities, channels, commands, version };
      });
      api.get('/posts', async (request) => {
        const { channel, before } = read(POSTS, request.query);
        return { posts: await room.channel(channel, before) };
      });
      api.get('/posts/:id/thread', async (request) => ({
        posts: await room.thread(read(THREAD, request.params).id),
      }));
      api.post('/say', async (request) => ({ reply: await acts.say(read(SAY, request.body)) }));
      api.post('/press', async (request) => ({
        reply: await acts.press(read(PRESS, request.body)),
      }));
      api.post('/react', async (request) => ({
        reply: await acts.react(read(REACT, request.body)),
      }));
      api.get('/complete', async (request) => {
        const { as, text } = read(COMPLETE, request.query);
        const slash = text.startsWith('/') ? '/' : '';
        const by = { platform: 'web', user: speakers.named(as).id };
        const found = await dispatch().complete(text.slice(slash.length), by);
        return { completions: found.map((one) => ({ ...one, text: `${slash}${one.text}` })) };
      });
      api.get('/pictures/:sha256', async (request, reply) => {
        const { sha256 } = read(PICTURE, request.params);
        const bytes = await readPicture(artifacts, sha256);
        reply.type('image/png').header('cache-control', 'private, max-age=31536000, immutable');
        return reply.send(bytes);
      });
      boardRoutes(api, options);
      api.get('/events', (_request, reply) => events.serve(reply));
    },

    hangUp: events.hangUp,
  };
}
