import { engineContract } from '../../../contracts/engine.ts';
import { playsOfPair } from '../../../sweep.ts';
import { groundOn } from '../ground.ts';
import { onDouble } from './place.ts';

engineContract('ray', { open: groundOn(onDouble), plays: playsOfPair('ray') });
