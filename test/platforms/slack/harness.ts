import { expect, vi } from 'vitest';
import type { Clock } from '../../../src/core/clock.ts';
import { NotFound } from '../../../src/core/errors.ts';
import type { InboundEvent, Platform } from '../../../src/core/platform.ts';
import type { Reply } from '../../../src/core/reply.ts';
import type { CommandShape } from '../../../src/core/shape.ts';
import { createSlackAdapter } from '../../../src/platforms/slack/adapter.ts';
import { SETTINGS } from '../../../src/platforms/slack/settings.ts';
import { type ScriptedDispatch, scriptedDispatch } from '../../fakes/dispatch.ts';
import { NO_SYSTEMS } from '../../fakes/no-systems.ts';
import { openSlack, type SlackDouble, type SlackOptions } from '../../fakes/slack/index.ts';

/** Polls until `check` passes. Generous, for busy machines. */
export const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 60_000, interval: 10 });

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

export interface AdapterOptions {
  environment?: Record<string, string>;
  clock?: Clock;
  home?: readonly string[];
  pictures?: ReadonlyMap<string, Uint8Array>;
}

/** An adapter before `slack`; in HTTP mode Slack learns its address when it opens. */
export function makeAdapter(slack: SlackDouble, mode: Mode, options: AdapterOptions = {}) {
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
  const adapter = createSlackAdapter(
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
      ...NO_SYSTEMS,
      log: { info: say('info'), warn: say('warn'), error: say('error') },
      fatal: (error) => say('error')({ error }, 'fatal'),
    },
    options.clock,
  );
  const platform: Platform = {
    ...adapter,
    async start(dispatch) {
      await adapter.start(dispatch);
      slack.requestUrl = adapter.requestUrl();
    },
  };
  return { adapter, platform, lines };
}

export interface Office {
  slack: SlackDouble;
  dispatch: ScriptedDispatch;
  platform: Platform;
  lines: Line[];
  ada: string;
  bob: string;
  ops: string;
  /** The adapter's answers, once sent. */
  answered: { heard: InboundEvent; reply: Reply; shown: boolean | undefined }[];
  close(): Promise<void>;
}

/** A workspace, an open adapter and a dispatch with scripted answers, delivered as the queue would. */
export async function openOffice(
  script: Parameters<typeof scriptedDispatch>[0],
  {
    mode = 'socket',
    ...options
  }: AdapterOptions & { mode?: Mode; slack?: Partial<SlackOptions> } & {
    slack?: Partial<SlackOptions>;
  } = {},
): Promise<Office> {
  const slack = await openSlack({ ...WORKSPACE, ...options.slack });
  const dispatch = scriptedDispatch(script);
  const { platform, lines } = makeAdapter(slack, mode, options);
  const answered: Office['answered'] = [];
  // As with the real one, accepted events are answered later.
  dispatch.answerWith = async (heard, reply) => {
    void platform.answer?.(heard.to, reply).then(
      (shown) => answered.push({ heard, reply, shown }),
      (error: unknown) =>
        lines.push({ level: 'error', fields: { error }, message: 'answer threw' }),
    );
  };
  await platform.start(dispatch);
  return {
    slack,
    dispatch,
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
