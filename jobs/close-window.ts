import { defineJob } from '../src/core/job.ts';
import { closeWindow as closeWindowJob } from './declared/index.ts';
import { type CountAgain, countAgain } from './steps/count-again.ts';

/** The time to undo is over: votes that are still enough close the request. `tidy` does it if this is lost. */
export const closeWindow = defineJob({
  ...closeWindowJob,
  run: ({ approval }, needs: CountAgain) => countAgain(approval, needs),
});
