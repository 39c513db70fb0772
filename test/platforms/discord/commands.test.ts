import { afterEach, describe, expect, it } from 'vitest';
import { note } from '../../../src/core/reply.ts';
import { openScene, type Scene, SHAPES } from './harness.ts';

let scene: Scene;
afterEach(() => scene.close());

const TWO_GUILDS = {
  guilds: [
    {
      id: '100000000000000001',
      name: 'lab',
      members: [{ name: 'ada' }],
      channels: [{ name: 'ml' }],
    },
    {
      id: '100000000000000002',
      name: 'shop',
      members: [{ name: 'bob' }],
      channels: [{ name: 'ops' }],
    },
  ],
};
const IN_BOTH = { DISCORD_GUILD_IDS: '100000000000000001, 100000000000000002' };

describe('registering commands on Discord', () => {
  it('writes them everywhere, and not again while they are as they were', async () => {
    scene = await openScene();
    const names = scene.double.commands().map(({ name }) => name);
    expect(names).toEqual([...SHAPES.map(({ name }) => name), 'wheelhouse']);
    expect(scene.double.puts).toBe(1);
    await scene.restart();
    await scene.restart();
    expect(scene.double.puts).toBe(1);
  });

  it('writes them into each server that is named, and nowhere else', async () => {
    scene = await openScene({}, { discord: TWO_GUILDS, environment: IN_BOTH });
    expect(scene.double.commands('lab')).toHaveLength(SHAPES.length + 1);
    expect(scene.double.commands('shop')).toHaveLength(SHAPES.length + 1);
    expect(scene.double.commands()).toEqual([]);
    await scene.restart();
    expect(scene.double.puts).toBe(2);
  });

  it('takes away what stood everywhere once servers are named, or all would show twice', async () => {
    scene = await openScene({}, { discord: TWO_GUILDS });
    expect(scene.double.commands()).toHaveLength(SHAPES.length + 1);
    await scene.restart(IN_BOTH);
    expect(scene.double.commands()).toEqual([]);
    expect(scene.double.commands('lab')).toHaveLength(SHAPES.length + 1);
  });

  it('serves several servers at once', async () => {
    const invoke = () => note('here');
    scene = await openScene({ invoke }, { discord: TWO_GUILDS, environment: IN_BOTH });
    await scene.double.slashCommand({ user: 'ada', channel: 'ml', name: 'status' });
    await scene.double.slashCommand({ user: 'bob', channel: 'ops', name: 'status' });
    expect(scene.dispatch.invocations.map(({ from }) => from.channel)).toEqual([
      scene.double.ids.channel('ml'),
      scene.double.ids.channel('ops'),
    ]);
  });

  it('maps a command with a prefix to its own name', async () => {
    const environment = { DISCORD_PREFIX: 'ml-' };
    scene = await openScene({ invoke: () => note('fine') }, { environment });
    await scene.double.slashCommand({ user: 'ada', channel: 'ml', name: 'ml-status' });
    expect(scene.dispatch.invocations).toMatchObject([{ command: 'status', input: [] }]);
  });

  it('opens without commands if a server does not allow registering them, and says what to do', async () => {
    const environment = { DISCORD_GUILD_IDS: '999999999999999999' };
    scene = await openScene({}, { environment });
    expect(
      scene.adapter.said('keeps running without commands in server 999999999999999999'),
    ).toMatchObject([
      { level: 'error', message: expect.stringContaining('Correct DISCORD_GUILD_IDS') },
    ]);
    expect(scene.double.attended).toBe(true);
  });
});
