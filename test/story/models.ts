import type { SmallTask } from '../jobs/small-models.ts';

/** One of the demo's models, and what the story expects of it on the real flights. */
export interface StoryModel {
  task: SmallTask;
  /** Also the name of its channel. */
  name: string;
  /** Of January's version on 1 to 14 February. */
  reaches(metrics: Readonly<Record<string, number>>): boolean;
  /** Its first figure, as printed. */
  figure: RegExp;
  primary: string;
  /** May's version against January's, on 1 to 14 June. */
  june: 'better' | 'not worse';
  /** As many as the story needs. */
  trees: number;
  /** Rows to replay; the others get a quarter of what `flights` gets. */
  rowsPerDay: string;
}

export const STORY_MODELS: readonly StoryModel[] = [
  {
    ...{ task: 'binary', name: 'flights', primary: 'auc', june: 'better' },
    ...{ trees: 60, rowsPerDay: '120' },
    reaches: ({ auc = 0 }) => auc > 0.66,
    figure: /AUC 0\.6/,
  },
  {
    // In June both have similar errors; in March those of May's version are larger.
    ...{ task: 'regression', name: 'delay', primary: 'rmse', june: 'not worse' },
    ...{ trees: 40, rowsPerDay: '480' },
    reaches: ({ rmse = 99 }) => rmse < 25,
    figure: /RMSE 2\d\.\d/,
  },
  {
    ...{ task: 'multiclass', name: 'lateness', primary: 'logLoss', june: 'better' },
    ...{ trees: 40, rowsPerDay: '480' },
    reaches: ({ logLoss = 9 }) => logLoss < 0.98,
    figure: /log loss 0\.9/,
  },
];

/** The gateway's endpoints that all of them answer. */
export const A_FLIGHT = {
  inputs: [
    ...['hour', 'weekday', 'distance', 'recent_lateness'].map((name) => ({
      ...{ name, shape: [1, 1], datatype: 'FP32', data: [7] },
    })),
    { name: 'origin', shape: [1, 1], datatype: 'BYTES', data: ['ORD'] },
    { name: 'destination', shape: [1, 1], datatype: 'BYTES', data: ['SFO'] },
  ],
};
