import type { FindingList, ModelBoard, ModelList, RunList, RunSort } from '../board.ts';
import type { RunStatus } from './runs.ts';

export interface RunQuestion {
  model?: string | undefined;
  status?: RunStatus | undefined;
  sort: RunSort;
  order: 'ascending' | 'descending';
  limit: number;
  /** How many to skip. */
  offset: number;
}

export interface FindingQuestion {
  model: string;
  monitor: string;
  environment?: string | undefined;
  /** Only windows that end by then. */
  before?: Date | undefined;
  limit: number;
}

/** What is known about models, to look at. Reads only, and bounded amounts; throws NotFound for unknown names. */
export interface Board {
  /** In the order of the configuration. */
  models(page: { after?: string | undefined; limit: number }): Promise<ModelList>;
  /**
   * @param windows of each monitor, the newest
   * @param platform where messages are linked to
   */
  model(
    name: string,
    where: { environment?: string | undefined; windows: number; platform: string },
  ): Promise<ModelBoard>;
  runs(question: RunQuestion): Promise<RunList>;
  findings(question: FindingQuestion): Promise<FindingList>;
}
