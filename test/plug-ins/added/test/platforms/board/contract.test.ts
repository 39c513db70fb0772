import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBoard, readBoard } from '../../../src/platforms/board/adapter.ts';
import { type AdapterUnderTest, platformContract } from '../../contracts/platform.ts';

platformContract('board', async () => boardIn(await mkdtemp(join(tmpdir(), 'wheelhouse-board-'))));

function boardIn(dir: string): AdapterUnderTest {
  const board = createBoard(dir);
  let closed = false;
  return {
    platform: board,
    place: (id) => ({ platform: 'board', channel: id }),
    async see({ channel }) {
      const messages = await readBoard(dir, channel);
      return messages.map(({ name, thread, text }) => ({
        ...{ name, thread, text },
        active: text.match(/[^\P{Cc}\n]/gu) ?? [],
      }));
    },
    async deliver({ id, as, command, words }) {
      const said = { id, user: as, channel: id, text: [command, ...words].join(' ') };
      const response = await fetch(board.url(), { method: 'POST', body: JSON.stringify(said) });
      return response.text();
    },
    again: async () => {
      closed = true;
      return boardIn(dir);
    },
    async close() {
      if (!closed) await rm(dir, { recursive: true, force: true });
    },
  };
}
