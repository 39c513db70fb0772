import { WHOLE } from '../sweep.ts';
import { discordStage } from './discord.ts';
import { stormTest } from './storm-test.ts';

stormTest('Discord', discordStage, {
  acts: WHOLE ? 1000 : 120,
  cuts: WHOLE ? 5 : 1,
});
