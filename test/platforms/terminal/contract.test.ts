import type { ChatLog } from '../../../src/core/ports/chat-log.ts';
import { renderCard } from '../../../src/platforms/terminal/render.ts';
import { Answered, Watched } from '../../../src/platforms/terminal/wire.ts';
import { type AdapterUnderTest, platformContract } from '../../contracts/platform.ts';
import { memoryChatLog } from '../../fakes/memory-chat-log.ts';
import { call, makeAdapters } from './open-adapters.ts';

const LOOK = { width: 2_000, colour: false };

platformContract('terminal', async () => terminalAdapter(memoryChatLog()));

function terminalAdapter(chatLog: ChatLog): AdapterUnderTest {
  const adapters = makeAdapters(chatLog);
  return {
    platform: adapters.terminal,
    place: (id) => ({ platform: 'terminal', channel: id }),
    async see({ channel }) {
      const { status, body } = await call(adapters.url(), `watch/${channel}`);
      if (status === 204) return [];
      const { card, thread } = Watched.parse(body);
      // Terminal clients never learn message IDs.
      const name = (await chatLog.channel('terminal', channel, { limit: 1 }))[0]?.id ?? '';
      const seen = [card, ...thread].map((one) => renderCard(one, LOOK));
      return seen.map((text, index) => ({
        name: index === 0 ? name : `${name}.${index}`,
        thread: index === 0 ? null : name,
        text,
        active: text.match(/[^\P{Cc}\n]/gu) ?? [],
      }));
    },
    async deliver({ id, as, command, words }) {
      const { body } = await call(adapters.url(), 'invocations', { id, as, command, input: words });
      return renderCard(Answered.parse(body).reply.card, LOOK);
    },
    again: async () => terminalAdapter(chatLog),
    close: async () => {},
  };
}
