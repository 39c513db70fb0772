import { discordStage } from './discord.ts';
import { stormTest } from './storm-test.ts';

stormTest('Discord', discordStage, 200);
