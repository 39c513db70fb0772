import { expect } from 'vitest';
import { NotFound } from '../../../src/core/errors.ts';
import type { Dispatch, Platform } from '../../../src/core/platform.ts';
import type { CommandShape, OptionShape } from '../../../src/core/shape.ts';
import { createDiscordAdapter } from '../../../src/platforms/discord/adapter.ts';
import { settingsFrom, VARIABLES } from '../../../src/platforms/discord/settings.ts';
import { type DiscordDouble, type DiscordOptions, openDiscord } from '../../fakes/discord/index.ts';
import { type ScriptedDispatch, scriptedDispatch } from '../../fakes/dispatch.ts';
import { NO_SYSTEMS } from '../../fakes/no-systems.ts';

export const HOUSE: DiscordOptions = {
  guilds: [
    {
      name: 'lab',
      roles: [{ name: 'approvers' }],
      members: [{ name: 'ada', roles: ['approvers'] }, { name: 'bob' }],
      channels: [{ name: 'ml' }, { name: 'random' }],
    },
  ],
};
export const SOON = { within: 60_000, every: 10 };

const option = (name: string, more: Partial<OptionShape> = {}): OptionShape => ({
  ...{ name, summary: `The ${name}`, placeholder: name.toUpperCase(), kind: 'text' },
  required: false,
  ...more,
});
const shape = (name: string, more: Partial<CommandShape> = {}): CommandShape => ({
  ...{ name, summary: `What ${name} does`, usage: `/${name}`, role: 'viewer', form: false },
  options: [],
  ...more,
});
export const SHAPES: readonly CommandShape[] = [
  shape('help'),
  shape('status'),
  shape('approve', { options: [option('approval', { required: true })] }),
  shape('train', {
    role: 'operator',
    form: true,
    options: [
      option('model', { suggests: 'model', required: true }),
      option('fresh', { kind: 'flag' }),
      option('epochs', { kind: 'number', min: 1, max: 99 }),
      option('parameters', { kind: 'pairs' }),
    ],
  }),
];

export interface Line {
  level: 'info' | 'warn' | 'error';
  fields: object;
  message: string;
}

export interface AdapterOptions {
  environment?: Record<string, string>;
  pictures?: ReadonlyMap<string, Uint8Array>;
  shapes?: readonly CommandShape[];
}

export function settingsFor(double: DiscordDouble, environment: Record<string, string> = {}) {
  const required = { DISCORD_TOKEN: double.token, DISCORD_APPLICATION_ID: double.applicationId };
  return settingsFrom(
    VARIABLES.parse({ ...required, DISCORD_API_URL: double.api, ...environment }),
  );
}

/** An adapter before `double`, with its log and its fatal errors. */
export function makeAdapter(double: DiscordDouble, options: AdapterOptions = {}) {
  const { environment, pictures, shapes = SHAPES } = options;
  const lines: Line[] = [];
  const fatal: Error[] = [];
  const say = (level: Line['level']) => (fields: object, message: string) =>
    void lines.push({ level, fields, message });
  const platform = createDiscordAdapter(
    settingsFor(double, environment),
    {
      artifacts: {
        async read(sha256) {
          const bytes = pictures?.get(sha256);
          if (!bytes) throw new NotFound(`no bytes ${sha256}`);
          return bytes;
        },
      },
      commands: shapes,
      home: [],
      ...NO_SYSTEMS,
      log: { info: say('info'), warn: say('warn'), error: say('error') },
      fatal: (error) => void fatal.push(error),
    },
    { identifyDistanceMs: 1 },
  );
  const said = (part: string) => lines.filter(({ message }) => message.includes(part));
  return { platform, lines, said, fatal };
}

/**
 * The dispatch of a real bot: the outcome of an event is reported later, while the adapter has continued. `troubles`
 * holds the errors of reporting.
 */
export function answering(dispatch: Dispatch, adapter: () => Platform, troubles: unknown[] = []) {
  const take: Dispatch['take'] = async ({ what, to }) => {
    const tell = async () => {
      const answers = () => {
        if ('invocation' in what) return dispatch.invoke(what.invocation);
        return 'reaction' in what ? dispatch.react(what.reaction) : dispatch.hear(what.said);
      };
      const reply = await answers();
      if (reply) await adapter().answer?.(to, reply);
    };
    tell().catch((error: unknown) => troubles.push(error));
  };
  return { ...dispatch, take };
}

type Script = Parameters<typeof scriptedDispatch>[0];

export interface Scene {
  double: DiscordDouble;
  dispatch: ScriptedDispatch;
  adapter: ReturnType<typeof makeAdapter>;
  /** Rejected answers. */
  troubles: unknown[];
  /** Another adapter to the same container, as after a restart. */
  restart(environment?: Record<string, string>): Promise<void>;
  close(): Promise<void>;
}

/** A bot in one guild with an open adapter; at the end the double's faults are checked. */
export async function openScene(
  script: Script = {},
  options: AdapterOptions & { discord?: DiscordOptions } = {},
): Promise<Scene> {
  const double = await openDiscord({ ...HOUSE, ...options.discord });
  const dispatch = scriptedDispatch(script);
  const troubles: unknown[] = [];
  dispatch.answerWith = async ({ to }, reply) => {
    // Reported later: the adapter has not acknowledged the event yet.
    scene.adapter.platform.answer?.(to, reply).catch((error: unknown) => troubles.push(error));
  };
  const scene: Scene = {
    double,
    dispatch,
    troubles,
    adapter: makeAdapter(double, options),
    async restart(environment = options.environment) {
      await scene.adapter.platform.stop();
      scene.adapter = makeAdapter(double, { ...options, ...(environment && { environment }) });
      await scene.adapter.platform.start(dispatch);
    },
    async close() {
      await scene.adapter.platform.stop();
      await double.close();
      expect(troubles).toEqual([]);
      expect(double.faults).toEqual([]);
    },
  };
  await scene.adapter.platform.start(dispatch);
  return scene;
}
