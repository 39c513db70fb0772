import { engineContract } from '../../../contracts/engine.ts';
import { playsOfPair } from '../../../sweep.ts';
import { groundOn } from '../ground.ts';
import { onDouble } from './place.ts';

engineContract('kubernetes', { open: groundOn(onDouble), plays: playsOfPair('kubernetes') });
