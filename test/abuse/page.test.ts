import { BadInput } from '../../src/core/errors.ts';
import type { ChatLog } from '../../src/core/ports/chat-log.ts';
import { refusal } from '../../src/core/reply.ts';
import { scriptedDispatch } from '../fakes/dispatch.ts';
import { memoryChatLog } from '../fakes/memory-chat-log.ts';
import { makeAdapters, SECRET, TOKEN } from '../platforms/terminal/open-adapters.ts';
import {
  assault,
  describe,
  expect,
  it,
  requireCleanPrototypes,
  requireNoSecret,
} from './assault.ts';
import { ask, shout } from './http.ts';
import { asBody, mutated, type Source, wellFormed } from './source.ts';

const GOOD = {
  say: { id: 'abuse-0001', as: 'ada', channel: 'flights', text: '/train flights' },
  press: { id: 'abuse-0002', as: 'ada', post: 'p1', command: 'train', argument: 'flights' },
  react: { id: 'abuse-0003', as: 'ada', post: 'p1', emoji: 'eyes', on: true },
  invocations: { id: 'abuse-0004', as: 'ada', command: 'train', input: ['flights'] },
} as const;
const POSTED = ['say', 'press', 'react', 'invocations'] as const;
const READ = [
  'posts?channel=',
  'posts/',
  'complete?as=ada&text=',
  'pictures/',
  'watch/',
  'session?',
  '',
];

/** IDs that are refused before anything happens, so that no hostile call is valid. */
const strange = (source: Source) => ({
  ...GOOD[source.pick(POSTED)],
  as: source.pick(['eve', source.text(200)]),
});

describe('abuse: page', () => {
  it('refuses every hostile request, stores nothing, and keeps running', async () => {
    const chatLog: ChatLog = memoryChatLog();
    const logged: string[] = [];
    const adapters = makeAdapters(chatLog, {
      log: {
        error: (fields, words) =>
          void logged.push(`${words} ${String(Object.values(fields).map(String))}`),
      },
    });
    const dispatch = scriptedDispatch({
      invoke: ({ command }) => refusal(new BadInput(`There is no command "${command}".`)),
    });
    await adapters.start(dispatch);
    const base = adapters.url();
    const headers = {
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json',
      host: new URL(base).host,
    };

    async function attack(source: Source): Promise<void> {
      const kind = source.int(0, 9);
      if (kind === 0) {
        const heard = await shout(base, source);
        requireNoSecret([TOKEN, SECRET.toString()], heard);
        return;
      }
      if (kind === 1) {
        // Without a token, the answer is 401 or 403 and nothing more, whatever is sent.
        const path = `/api/${source.pick([...POSTED, 'session', 'posts?channel=flights', 'events'])}`;
        const bad = {
          ...headers,
          authorization: `Bearer ${encodeURIComponent(wellFormed(source.text(60)))}`,
        };
        const answer = await ask(
          base,
          path,
          bad,
          source.pick(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']),
          asBody(source, GOOD.say),
        );
        expect([400, 401, 403, 404, 413, 415, 431]).toContain(answer.status);
        requireNoSecret([TOKEN, SECRET.toString()], answer.text);
        return;
      }
      if (kind < 4) {
        const path = `/api/${source.pick(READ)}${encodeURIComponent(wellFormed(source.text(3000)))}`;
        const answer = await ask(base, path.replace(/[\0\r\n ]/g, '%20'), headers, 'GET');
        expect(answer.status).not.toBe(500);
        requireNoSecret([TOKEN, SECRET.toString()], answer.text);
        return;
      }
      const route = source.pick(POSTED);
      const body = source.chance(0.3)
        ? strange(source)
        : mutated(source, { ...GOOD[route], id: '' });
      const answer = await ask(base, `/api/${route}`, headers, 'POST', asBody(source, body));
      expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
      expect(answer.status, answer.text).toBeLessThan(500);
      requireNoSecret([TOKEN, SECRET.toString()], answer.text);
    }

    try {
      await assault('page', {
        attack,
        atOnce: 4,
        async unharmed() {
          const { status, text } = await ask(base, '/api/posts?channel=flights', headers, 'GET');
          expect({ status, text }).toEqual({ status: 200, text: '{"posts":[]}' });
          requireCleanPrototypes();
        },
      });
      requireNoSecret([TOKEN], logged.join('\n'));
      expect(logged).toEqual([]);
    } finally {
      await adapters.stop();
    }
  });
});
