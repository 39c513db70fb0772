import { engineContract } from '../../../contracts/engine.ts';
import { onProcess } from './ground.ts';

engineContract('process', { open: onProcess });
