import { discordStage } from './discord.ts';
import { stormTest } from './storm-test.ts';

stormTest('Discord', discordStage, { acts: 1000, cuts: 5 });
