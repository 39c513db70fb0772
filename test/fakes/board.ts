import { NotFound } from '../../src/core/errors.ts';
import type { Board } from '../../src/core/ports/board.ts';

/** The board of a workspace without models. */
export const emptyBoard: Board = {
  models: async () => ({ models: [], next: null }),
  async model(name) {
    throw new NotFound(`There is no model ${JSON.stringify(name)}.`);
  },
  runs: async () => ({ runs: [], total: 0 }),
  async findings({ model }) {
    throw new NotFound(`There is no model ${JSON.stringify(model)}.`);
  },
};
