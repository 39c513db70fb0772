import { z } from 'zod';
import { definePlatform } from '../kind.ts';
import { createBoard } from './adapter.ts';

/** Messages as files in a folder, commands by HTTP on this machine. */
export const board = definePlatform({
  name: 'board',
  settings: z.object({ BOARD_DIR: z.string() }),
  required: [['BOARD_DIR']],
  install: {
    verb: 'folder',
    summary: 'the folder to share with whoever reads the board',
    write: (_commands, environment) => environment['BOARD_DIR'] ?? '',
  },
  create: ({ BOARD_DIR }) => ({
    open: () => createBoard(BOARD_DIR),
    examine: async () => [{ what: `messages are in ${BOARD_DIR}`, ok: true }],
  }),
});
