import { REST } from 'discord.js';
import { expect, it, vi } from 'vitest';
import { Refused } from '../../../src/core/errors.ts';
import { refusal } from '../../../src/core/reply.ts';
import { createAnswers } from '../../../src/platforms/discord/answers.ts';

const log = { info() {}, warn() {}, error() {} };

/** The nonces of the messages that these answers post, in turn. */
async function noncesOf(
  ...all: { user: string; channel?: string; message?: string; event?: string }[]
) {
  const rest = new REST();
  const post = vi.spyOn(rest, 'post').mockResolvedValue({ id: '1' });
  const dress = async () => ({
    body: { flags: 0, components: [], allowed_mentions: { parse: [] as [] }, attachments: [] },
    files: [],
  });
  const { answer } = createAnswers({
    ...{ rest, applicationId: '1', log, acks: { arrived: async () => true } },
    messages: { dress, orPlain: (card, send) => send(card) },
  });
  for (const to of all) await answer(to, refusal(new Refused('No.')));
  const posted = post.mock.calls.filter(([route]) => route.endsWith('/messages'));
  return posted.map(([, options]) => options?.body);
}

it.each([
  ['a command in a message', { user: '7', channel: '3' }, 'message'],
  ['a reaction', { user: '7' }, 'event'],
])('posts the private answer to %s once, if it is sent again', async (_what, to, key) => {
  const [first, again, other] = await noncesOf(
    { ...to, [key]: '5' },
    { ...to, [key]: '5' },
    { ...to, [key]: '6' },
  );
  expect(first).toMatchObject({ nonce: expect.stringMatching(/^.{1,25}$/), enforce_nonce: true });
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});
