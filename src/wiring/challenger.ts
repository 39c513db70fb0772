import { runChallenger } from '../serving/challenger/process.ts';

/** The process of a challenger; started by `forkChallenger`. */
const [door = '', number = ''] = process.argv.slice(2);
runChallenger(door, Number(number));
