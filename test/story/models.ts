import type { SmallTask } from '../jobs/small-models.ts';

/** One of the demo's models, and what the story expects of it on the real flights. */
export interface StoryModel {
  task: SmallTask;
  /** Also the name of its channel. */
  name: string;
  /** Of the version of January on 1 to 14 February. */
  reaches(metrics: Readonly<Record<string, number>>): boolean;
  /** How its first figure reads. */
  figure: RegExp;
  primary: string;
  /** The version of May against January's, on 1 to 14 June. */
  june: 'better' | 'not worse';
  /** As many as are enough for the story. */
  trees: number;
  /** To replay: the others get a quarter of what `flights` gets. */
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
    // In June the errors of both are alike; in March May's are the greater ones.
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

/** The questions of the gateway that all of them answer. */
export const A_FLIGHT = {
  inputs: [
    ...['hour', 'weekday', 'distance', 'recent_lateness'].map((name) => ({
      ...{ name, shape: [1, 1], datatype: 'FP32', data: [7] },
    })),
    { name: 'origin', shape: [1, 1], datatype: 'BYTES', data: ['ORD'] },
    { name: 'destination', shape: [1, 1], datatype: 'BYTES', data: ['SFO'] },
  ],
};
