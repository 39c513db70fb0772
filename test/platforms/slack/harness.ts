import { expect, vi } from 'vitest';
import type { Clock } from '../../../src/core/clock.ts';
import { NotFound } from '../../../src/core/errors.ts';
import type { Heard, Platform } from '../../../src/core/platform.ts';
import type { Reply } from '../../../src/core/reply.ts';
import type { CommandShape } from '../../../src/core/shape.ts';
import { createSlackDoor } from '../../../src/platforms/slack/door.ts';
import { SETTINGS } from '../../../src/platforms/slack/settings.ts';
import { type ScriptedHallway, scriptedHallway } from '../../fakes/hallway.ts';
import { openSlack, type SlackDouble, type SlackOptions } from '../../fakes/slack/index.ts';

/** Looks until `check` passes. Generous: a busy machine is no fault. */
export const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 10 });

export type Mode = 'socket' | 'http';

interface Line {
  level: 'info' | 'warn' | 'error';
  fields: object;
  message: string;
}

const shape = (name: string, more: Partial<CommandShape> = {}): CommandShape => ({
  name,
  summary: `What ${name} does`,
  usage: `/${name} MODEL`,
  role: 'viewer',
  form: false,
  options: [],
  ...more,
});
const SHAPES = [shape('help'), shape('status'), shape('train', { form: true }), shape('approve')];

export const WORKSPACE: SlackOptions = {
  users: ['ada', 'bob', 'cleo'],
  channels: {
    ops: { members: ['ada', 'bob', 'bot'] },
    flights: { members: ['ada', 'bob', 'bot'] },
    away: { members: ['ada', 'bob'] },
    secret: { members: ['ada'], private: true },
  },
  groups: { oncall: ['ada'], leads: ['ada', 'bob'] },
};

export interface DoorOptions {
  environment?: Record<string, string>;
  clock?: Clock;
  home?: readonly string[];
  pictures?: ReadonlyMap<string, Uint8Array>;
}

/** A door before `slack`; in HTTP mode Slack learns its address when it opens. */
export function makeDoor(slack: SlackDouble, mode: Mode, options: DoorOptions = {}) {
  const lines: Line[] = [];
  const say = (level: Line['level']) => (fields: object, message: string) =>
    void lines.push({ level, fields, message });
  const settings = SETTINGS.parse({
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_API_URL: slack.apiUrl,
    SLACK_PORT: '0',
    ...(mode === 'socket'
      ? { SLACK_APP_TOKEN: slack.appToken }
      : { SLACK_SIGNING_SECRET: slack.signingSecret }),
    ...options.environment,
  });
  const door = createSlackDoor(
    settings,
    {
      artifacts: {
        async read(sha256) {
          const bytes = options.pictures?.get(sha256);
          if (!bytes) throw new NotFound(`There is no artifact ${sha256}.`);
          return bytes;
        },
      },
      commands: SHAPES,
      home: options.home ?? [],
      log: { info: say('info'), warn: say('warn'), error: say('error') },
      fatal: (error) => say('error')({ error }, 'fatal'),
    },
    options.clock,
  );
  const platform: Platform = {
    ...door,
    async start(hallway) {
      await door.start(hallway);
      slack.requestUrl = door.requestUrl();
    },
  };
  return { door, platform, lines };
}

export interface Office {
  slack: SlackDouble;
  hallway: ScriptedHallway;
  platform: Platform;
  lines: Line[];
  ada: string;
  bob: string;
  ops: string;
  /** What the door was told to answer, once it has. */
  answered: { heard: Heard; reply: Reply; shown: boolean | undefined }[];
  close(): Promise<void>;
}

/** A workspace, an open door and a hallway that answers by script; the door answers as a queue would make it. */
export async function openOffice(
  script: Parameters<typeof scriptedHallway>[0],
  {
    mode = 'socket',
    ...options
  }: DoorOptions & { mode?: Mode; slack?: Partial<SlackOptions> } & {
    slack?: Partial<SlackOptions>;
  } = {},
): Promise<Office> {
  const slack = await openSlack({ ...WORKSPACE, ...options.slack });
  const hallway = scriptedHallway(script);
  const { platform, lines } = makeDoor(slack, mode, options);
  const answered: Office['answered'] = [];
  // As with the real one, what is taken in is answered later.
  hallway.answerWith = async (heard, reply) => {
    void platform.answer?.(heard.to, reply).then(
      (shown) => answered.push({ heard, reply, shown }),
      (error: unknown) =>
        lines.push({ level: 'error', fields: { error }, message: 'answer threw' }),
    );
  };
  await platform.start(hallway);
  return {
    slack,
    hallway,
    platform,
    lines,
    answered,
    ada: slack.user('ada'),
    bob: slack.user('bob'),
    ops: slack.channel('ops'),
    async close() {
      await platform.stop();
      await slack.close();
      expect(slack.faults).toEqual([]);
    },
  };
}
