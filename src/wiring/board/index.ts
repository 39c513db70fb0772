import type { Board } from '../../core/ports/board.ts';
import { createDelivery } from './delivery.ts';
import { createFigures } from './figures.ts';
import { listFindings } from './findings.ts';
import { listModels } from './models.ts';
import { lookAtModel } from './one-model.ts';
import type { BoardParts } from './parts.ts';
import { listRuns } from './runs.ts';
import { shared } from './shared.ts';

/** Long enough for all pages that hear of the same change, and too short for anybody to notice. */
const SHARED_MS = 1_000;
const MOST = 200;

/** What the page and `GET /api/…` show of models. */
export function createBoard(parts: BoardParts): Board {
  const about = { ms: SHARED_MS, most: MOST, now: () => parts.clock.now().getTime() };
  const figures = createFigures(parts);
  const delivery = createDelivery(parts);
  return {
    models: shared((page) => listModels(page, parts), about),
    model: shared((name, where) => lookAtModel(name, where, parts, { figures, delivery }), about),
    runs: shared((question) => listRuns(question, parts, figures), about),
    findings: shared((question) => listFindings(question, parts), about),
  };
}
