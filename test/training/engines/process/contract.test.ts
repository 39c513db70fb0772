import { engineContract } from '../../../contracts/engine.ts';
import { groundOn } from '../ground.ts';
import { onProcess } from './place.ts';

engineContract('process', { open: groundOn(onProcess) });
