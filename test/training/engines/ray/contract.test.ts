import { engineContract } from '../../../contracts/engine.ts';
import { onDouble } from './ground.ts';

engineContract('ray', { open: onDouble });
