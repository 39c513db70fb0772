import { runChallenger } from '../serving/challenger/process.ts';

/** The process of a challenger; started by `forkChallenger`. */
runChallenger();
