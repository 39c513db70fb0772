import { type Cell, simulate } from './cells.ts';

/** Simulates one cell after the other, as `main.ts` sends them. */
process.on('message', (cell: Cell) => {
  process.send?.(simulate(cell));
});
