import { engineContract } from '../../../contracts/engine.ts';
import { onDouble } from './ground.ts';

engineContract('kubernetes', { open: onDouble });
