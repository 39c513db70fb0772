import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commands } from '../../../commands/index.ts';
import { BadInput } from '../../../src/core/errors.ts';
import { shapeOf } from '../../../src/core/shape.ts';
import { writeManifest } from '../../../src/platforms/slack/manifest.ts';
import { SCOPES } from '../../../src/platforms/slack/scopes.ts';

const shapes = commands.map(shapeOf);
const Manifest = z.object({
  features: z.object({
    slash_commands: z.array(
      z.object({
        command: z.string().max(32),
        description: z.string().min(1).max(2000),
        usage_hint: z.string().min(1).max(1000).optional(),
        should_escape: z.literal(false),
        url: z.string().optional(),
      }),
    ),
    app_home: z.object({ home_tab_enabled: z.literal(true) }),
  }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({
    event_subscriptions: z.object({
      request_url: z.string().optional(),
      bot_events: z.array(z.string()),
    }),
    interactivity: z.object({ is_enabled: z.literal(true), request_url: z.string().optional() }),
    socket_mode_enabled: z.boolean(),
  }),
});
const write = (words: string[] = [], environment = {}) =>
  Manifest.parse(JSON.parse(writeManifest(shapes, environment, words)));
const named = (manifest: ReturnType<typeof write>) =>
  manifest.features.slash_commands.map(({ command }) => command);

describe('platforms/slack/manifest', () => {
  it('has every command, and the umbrella for those that Slack has itself', () => {
    const manifest = write();
    const [umbrella] = manifest.features.slash_commands;
    expect(umbrella?.command).toBe('/wheelhouse');
    for (const { name, summary } of shapes) {
      const own = manifest.features.slash_commands.find(({ command }) => command === `/${name}`);
      if (own) expect(own.description).toBe(summary);
      else expect(umbrella?.description).toMatch(new RegExp(`\\b${name}\\b`));
    }
    // Slack refuses a whole manifest if one of its own commands is in it.
    expect(named(manifest)).not.toContain('/status');
    expect(named(manifest)).toContain('/train');
    expect(new Set(named(manifest)).size).toBe(named(manifest).length);
    expect(named(manifest).length).toBeLessThanOrEqual(50);
  });

  it('has every command but the rare ones under its own name with a prefix, wherever it comes from', () => {
    const rare = [
      ...['accept', 'dismiss', 'admit', 'adopt', 'discard', 'release', 'repair', 'unlock'],
      ...['webhooks', 'replay', 'reason', 'confirm', 'runbook', 'oncall', 'note', 'import'],
    ];
    const typed = shapes.filter(({ name }) => !rare.includes(name));
    expect(typed).toHaveLength(shapes.length - rare.length);
    const all = ['/wheelhouse', ...typed.map(({ name }) => `/ml-${name}`)];
    expect(named(write(['--prefix', 'ml-']))).toEqual(all);
    expect(named(write([], { SLACK_PREFIX: 'ml-' }))).toEqual(all);
  });

  it('speaks of Socket Mode, or of an address for everything that Slack sends', () => {
    const socket = write();
    expect(socket.settings.socket_mode_enabled).toBe(true);
    expect(JSON.stringify(socket)).not.toContain('url');
    const url = 'https://bot.example.com/slack/events';
    const { features, settings } = write(['--http', url]);
    expect(settings.socket_mode_enabled).toBe(false);
    expect(settings.interactivity.request_url).toBe(url);
    expect(settings.event_subscriptions.request_url).toBe(url);
    expect(features.slash_commands.every((command) => command.url === url)).toBe(true);
  });

  it('asks for the rights that are explained, and for the events that are heard', () => {
    const { oauth_config, settings } = write();
    expect(oauth_config.scopes.bot).toEqual(Object.keys(SCOPES));
    for (const event of ['reaction_added', 'reaction_removed', 'app_home_opened'])
      expect(settings.event_subscriptions.bot_events).toContain(event);
  });

  it.each([
    [['--prefix', 'ML ']],
    [['--http', 'http://bot.example.com']],
    [['--http', 'nonsense']],
    [['--what']],
    [['word']],
  ])('does not understand %j', (words) => {
    expect(() => write(words)).toThrow(BadInput);
  });
});
