import { logistic } from './logistic.ts';
import { softmax } from './softmax.ts';
import { squared } from './squared.ts';

/** By the word that `train.ts` is started with. */
export const LOSSES = { logistic, squared, softmax };
