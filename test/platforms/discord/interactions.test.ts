import { afterEach, describe, expect, it } from 'vitest';
import { Unreachable } from '../../../src/core/errors.ts';
import { answer, ephemeral, live, note, type Reply } from '../../../src/core/reply.ts';
import { textOf } from '../../fakes/discord/index.ts';
import { eventually } from '../../story/eventually.ts';
import { openScene, type Scene, SOON } from './harness.ts';

let scene: Scene;
afterEach(() => scene.close());

const CALLBACK = { deferred: 5, choices: 8 };
const secret: Reply = ephemeral({ title: 'For you', tone: 'note' });
const STATUS = { user: 'ada', channel: 'ml', name: 'status' };
const gone = (user: string) =>
  eventually(
    'the waiting answer goes',
    async () => scene.double.ephemerals(user).length === 0,
    SOON,
  );
const whenSaid = (part: string) =>
  eventually(part, async () => scene.adapter.said(part).length > 0, SOON);

describe('a command on Discord', () => {
  it('is acknowledged at once for the caller alone, and answered in that place', async () => {
    scene = await openScene({ invoke: () => secret });
    const seen = await scene.double.slashCommand(STATUS);
    expect(seen).toMatchObject({ callback: CALLBACK.deferred, ephemeral: true });
    expect(textOf(await seen.answer())).toContain('For you');
    expect(scene.double.messages('ml')).toEqual([]);
  });

  it('arrives with who gave it, their roles, and its options as words', async () => {
    scene = await openScene({ invoke: () => secret });
    const options = { model: 'flights', fresh: true, epochs: 3, parameters: 'depth=4  rate=0.1' };
    const seen = await scene.double.slashCommand({ ...STATUS, name: 'train', options });
    await seen.answer();
    const { ids } = scene.double;
    expect(scene.dispatch.invocations).toEqual([
      {
        id: expect.stringMatching(/^\d+$/),
        command: 'train',
        input: ['--model=flights', '--fresh', '--epochs=3', 'depth=4', 'rate=0.1'],
        by: {
          platform: 'discord',
          user: ids.user('ada'),
          name: 'ada',
          groups: expect.arrayContaining([ids.role('approvers')]),
        },
        from: { platform: 'discord', channel: ids.channel('ml') },
      },
    ]);
  });

  it('may be typed as one line, with or without its slash', async () => {
    scene = await openScene({ invoke: () => secret });
    for (const line of ['/train flights a=1', 'help', ''])
      await (
        await scene.double.slashCommand({ ...STATUS, name: 'wheelhouse', options: { line } })
      ).answer();
    expect(scene.dispatch.invocations).toMatchObject([
      { command: 'train', input: 'flights a=1' },
      { command: 'help', input: '' },
      { command: 'help', input: '' },
    ]);
  });

  it('leaves no note behind where the channel gets the answer', async () => {
    const card = { title: 'Training', tone: 'progress' } as const;
    const running = live('run:1', { card, outcome: 'pending', data: null }, []);
    scene = await openScene({ invoke: () => running });
    await scene.double.slashCommand(STATUS);
    await gone('ada');
  });

  it('shows the answer to the caller if the bot cannot post, and names the missing permissions', async () => {
    const card = { title: 'Training', tone: 'progress' } as const;
    const running = live('run:1', { card, outcome: 'pending', data: null }, []);
    scene = await openScene({ invoke: () => running });
    const { answerWith } = scene.dispatch;
    delete scene.dispatch.answerWith;
    const seen = await scene.double.slashCommand(STATUS);
    if (answerWith) scene.dispatch.answerWith = answerWith;
    const { event, data } = seen.delivery;
    await scene.double.repeat({ event, data: { ...data, app_permissions: '0' } });
    const text = textOf(await seen.answer());
    expect(text).toContain('Training');
    expect(text).toContain('Grant it View Channels and Send Messages in this channel');
  });

  it('is stored though it was acknowledged too late, and its answer is left to the channel', async () => {
    scene = await openScene({ invoke: () => note('for all') });
    const { double, dispatch, adapter } = scene;
    const answered: unknown[] = [];
    dispatch.answerWith = async ({ to }, reply) => {
      adapter.platform.answer?.(to, reply).then((shown) => answered.push(shown));
    };
    double.trouble = (_method, route) =>
      route.endsWith('/callback')
        ? { status: 404, code: 10062, message: 'Unknown interaction' }
        : undefined;
    const sent = double.slashCommand(STATUS);
    await whenSaid('acknowledged too late');
    await eventually('the answer', async () => answered.length > 0, SOON);
    expect(answered).toEqual([false]);
    expect(dispatch.invocations).toHaveLength(1);
    double.clock.pass(4000);
    expect((await sent).callback).toBeUndefined();
  });

  it('handles a repeated event once', async () => {
    scene = await openScene({ invoke: () => secret });
    const seen = await scene.double.slashCommand(STATUS);
    await seen.answer();
    await scene.double.repeat(seen.delivery);
    await whenSaid('was acknowledged before');
    expect(scene.dispatch.heard).toHaveLength(2);
    expect(new Set(scene.dispatch.invocations.map(({ id }) => id)).size).toBe(1);
    expect(scene.double.ephemerals('ada')).toHaveLength(1);
  });

  it('cannot be answered after fifteen minutes, which is not an error', async () => {
    scene = await openScene({ invoke: () => secret });
    const { double, dispatch, adapter } = scene;
    const answered: boolean[] = [];
    delete dispatch.answerWith;
    const late = (reply: Reply) => adapter.platform.answer?.(dispatch.heard[0]?.to ?? null, reply);
    await double.slashCommand(STATUS);
    double.clock.pass(16 * 60_000);
    for (const reply of [secret, answer({ title: 'For all', tone: 'note' })])
      answered.push((await late(reply)) ?? true);
    expect(answered).toEqual([false, false]);
    expect(adapter.said('too late for')).toHaveLength(2);
  });

  it('is answered after a restart', async () => {
    scene = await openScene({ invoke: () => secret });
    delete scene.dispatch.answerWith;
    const seen = await scene.double.slashCommand(STATUS);
    await scene.restart();
    const [heard] = scene.dispatch.heard;
    expect(await scene.adapter.platform.answer?.(heard?.to ?? null, secret)).toBe(true);
    expect(textOf(await seen.answer())).toContain('For you');
  });

  it('is stored before it is acknowledged', async () => {
    scene = await openScene();
    const { double, adapter } = scene;
    const where = { platform: 'discord', channel: double.ids.channel('ml') };
    const acknowledged: boolean[] = [];
    scene.dispatch.take = async () => {
      // Long enough for an acknowledgement that does not wait.
      for (const key of ['a', 'b'])
        await adapter.platform.post(where, secret.card, { key, outcome: 'done', data: null });
      acknowledged.push(double.requests.some(({ route }) => route.endsWith('/callback')));
    };
    await double.slashCommand(STATUS);
    expect(acknowledged).toEqual([false]);
  });

  it('that could not be stored is reported to its author', async () => {
    scene = await openScene();
    scene.dispatch.take = async () => {
      throw new Unreachable('the queue is away');
    };
    const seen = await scene.double.slashCommand(STATUS);
    expect(textOf(await seen.answer())).toContain('nothing was done');
    expect(scene.adapter.said('not stored')).toMatchObject([{ level: 'error' }]);
  });

  it('is acknowledged in time where storing it takes long', async () => {
    scene = await openScene();
    const stored = latch();
    scene.dispatch.take = () => stored.promise;
    const seen = await scene.double.slashCommand(STATUS);
    expect(seen.callback).toBe(CALLBACK.deferred);
    stored.reject(new Unreachable('the queue is away'));
    expect(textOf(await seen.answer())).toContain('nothing was done');
  });

  it('finishes pending acknowledgements before it stops', async () => {
    scene = await openScene({ invoke: () => secret });
    const stored = latch();
    let heard = false;
    scene.dispatch.take = () => {
      heard = true;
      return stored.promise;
    };
    const sent = scene.double.slashCommand(STATUS);
    await eventually('the command arrives', async () => heard, SOON);
    const stopped = scene.adapter.platform.stop();
    stored.resolve();
    await stopped;
    await scene.adapter.platform.stop();
    expect((await sent).callback).toBe(CALLBACK.deferred);
  });
});

describe('a command behind a mention on Discord', () => {
  const say = () =>
    scene.double.say({ user: 'ada', channel: 'ml', text: `<@${scene.double.botId}> votes` });
  const inChannel = () => scene.double.messages('ml').map(textOf);

  it('is answered in a direct message if the answer is for its author alone', async () => {
    scene = await openScene({ invoke: () => secret });
    await say();
    const written = () =>
      scene.double.requests.filter(
        ({ method, route }) => method === 'POST' && route === '/users/@me/channels',
      );
    await eventually('a direct message', async () => written().length === 1, SOON);
    expect(inChannel().join()).not.toContain('For you');
    expect(scene.troubles).toEqual([]);
  });

  it('says where to ask instead if its author accepts no direct messages', async () => {
    scene = await openScene({ invoke: () => secret });
    scene.double.trouble = (method, route) =>
      method === 'POST' && route === '/users/@me/channels'
        ? { status: 403, code: 50007, message: 'Cannot send messages to this user' }
        : undefined;
    await say();
    const told = async () => inChannel().some((text) => text.includes('Use the slash command'));
    await eventually('a hint', told, SOON);
    expect(inChannel().join()).not.toContain('For you');
  });
});

describe('filling in an option on Discord', () => {
  it('offers what the dispatch suggests, without asking it for anything else', async () => {
    const asked: unknown[] = [];
    scene = await openScene({
      suggest(filling, option, typed) {
        asked.push({ filling, option, typed });
        return [
          { value: 'flights', label: 'flights', hint: 'Delays' },
          { value: 'x'.repeat(101), label: 'too long to be sent' },
          ...Array.from({ length: 30 }, (_, i) => ({ value: `m${i}`, label: 'l'.repeat(200) })),
        ];
      },
    });
    const options = { model: 'fl', fresh: true };
    const act = { ...STATUS, name: 'train', options, focused: 'model' };
    const seen = await scene.double.autocomplete(act);
    expect(seen.choices).toHaveLength(25);
    expect(seen.choices?.[0]).toEqual({ name: 'flights — Delays', value: 'flights' });
    expect(seen.choices?.map(({ name }) => name.length).every((length) => length <= 100)).toBe(
      true,
    );
    expect(asked).toMatchObject([
      {
        filling: { command: 'train', given: { fresh: 'true' }, by: { name: 'ada' } },
        option: 'model',
        typed: 'fl',
      },
    ]);
    expect(scene.dispatch.heard).toEqual([]);
  });

  it('completes a whole line', async () => {
    const found = [{ text: 'train flights', label: 'flights', hint: 'Delays' }];
    scene = await openScene({ complete: (text) => (text === 'train fl' ? found : []) });
    const act = { ...STATUS, name: 'wheelhouse', options: { line: '/train fl' }, focused: 'line' };
    expect((await scene.double.autocomplete(act)).choices).toEqual([
      { name: 'train flights — Delays', value: '/train flights' },
    ]);
  });

  it('offers no choices after an error', async () => {
    scene = await openScene({
      suggest() {
        throw new Unreachable('the registry is away');
      },
    });
    const act = { ...STATUS, name: 'train', options: { model: '' }, focused: 'model' };
    expect((await scene.double.autocomplete(act)).choices).toEqual([]);
  });
});

function latch() {
  let [resolve, reject] = [() => {}, (_error: Error) => {}];
  const promise = new Promise<void>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve: () => resolve(), reject: (error: Error) => reject(error) };
}
