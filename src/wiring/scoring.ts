import { runScoring } from '../serving/scoring/process.ts';

/** The process that judges versions; started by `forkScoring`. */
runScoring();
