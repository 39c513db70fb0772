import { engineContract } from '../../../contracts/engine.ts';
import { groundOn } from '../ground.ts';
import { onDouble } from './place.ts';

engineContract('ray', { open: groundOn(onDouble) });
