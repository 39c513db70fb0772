import { DefaultRestOptions } from 'discord.js';
import type { Platform } from '../../src/core/platform.ts';
import type { CommandShape } from '../../src/core/shape.ts';
import { createDiscordAdapter } from '../../src/platforms/discord/adapter.ts';
import { settingsFrom, VARIABLES } from '../../src/platforms/discord/settings.ts';
import { createSlackAdapter } from '../../src/platforms/slack/adapter.ts';
import { SETTINGS } from '../../src/platforms/slack/settings.ts';
import { NO_SYSTEMS } from '../fakes/no-systems.ts';

export type AdapterName = 'slack' | 'discord';
type Logged = Parameters<typeof createSlackAdapter>[1]['log'];

interface Opened {
  platform: Platform;
  /** Where it takes requests, once it is open. */
  requestUrl(): string | undefined;
}

/** So that a lost session does not keep the test waiting for as long as Discord would. */
const IDENTIFY_MS = 20;

/** discord.js keeps to Discord's 50 requests a second; this double has no such limit. */
Object.assign(DefaultRestOptions, { globalRequestsPerSecond: 5000 });

/** The adapter of a platform, by its variables. */
export function openAdapter(
  name: AdapterName,
  environment: Record<string, string>,
  commands: readonly CommandShape[],
  log: Logged,
): Opened {
  const artifacts = {
    read: () => Promise.reject(new Error('no picture is shown in this test')),
  };
  const parts = { artifacts, commands, home: [], ...NO_SYSTEMS, log };
  if (name === 'discord') {
    const tuning = { identifyDistanceMs: IDENTIFY_MS };
    const settings = settingsFrom(VARIABLES.parse(environment));
    const adapter = createDiscordAdapter(settings, parts, tuning);
    return { platform: { ...adapter, oneConnection: true }, requestUrl: () => undefined };
  }
  const settings = SETTINGS.parse(environment);
  const adapter = createSlackAdapter(settings, parts);
  const oneConnection = settings.SLACK_APP_TOKEN !== undefined;
  return { platform: { ...adapter, oneConnection }, requestUrl: adapter.requestUrl };
}
