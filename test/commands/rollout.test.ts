import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rolloutState } from '../../src/cards/rollout.ts';
import type { Reply } from '../../src/core/reply.ts';
import type { RolloutState } from '../../src/core/rollout.ts';
import { atNextStep, paused } from '../../src/release/rollout/next.ts';
import { openDesk } from './desk.ts';

const endpoint = { model: 'flights', environment: 'production' };
let desk: Awaited<ReturnType<typeof openDesk>>;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

let begun: RolloutState;
beforeEach(async () => {
  const { id: stable } = await desk.goLive(1, 'a'.repeat(64));
  const now = desk.clock.now();
  begun = {
    ...{ deployment: `deployment-of-${stable}`, version: 2, stable, approval: 'approval-2' },
    ...{ by: 'dev', began: now, since: now, step: 0 },
    steps: [
      { weight: 5, shadow: false, forMs: 60_000 },
      { weight: 25, shadow: false, forMs: 60_000 },
      { weight: 100, shadow: false, forMs: 0 },
    ],
  };
  await set(begun);
  desk.queued.length = 0;
});

const set = (rollout: RolloutState) =>
  desk.registry.endpoints.change(endpoint, () => ({ rollout }));
const stored = async () => (await desk.registry.endpoints.get(endpoint)).rollout;
const title = ({ card }: Reply) => card.title;
/** It pauses by itself, because this cannot be decided. */
async function ask(rollout: RolloutState): Promise<RolloutState> {
  desk.clock.forward(1);
  const how = { by: 'wheelhouse', why: 'too few requests', asks: true };
  const asking = paused(rollout, how, desk.clock.now());
  await set(asking);
  return asking;
}
/** The button with that label on the rollout's message. */
function button(rollout: RolloutState, label: string): string {
  const judgement = { result: 'inconclusive', causes: [], signals: [] } as const;
  const shown = { ...endpoint, rollout, judgement, stable: 1, dropped: 0, now: desk.clock.now() };
  const { actions = [] } = rolloutState(shown).card;
  const found = actions.find((one) => one.label === label);
  if (!found) throw new Error(`the message has no button ${label}`);
  return `${found.command} ${found.argument}`;
}

describe('the buttons of a rollout', () => {
  it('accept the question they were shown for, once', async () => {
    const press = button(await ask(begun), 'Resume');
    expect(title(await desk.say('dev', press))).toMatch(/^Dev Okafor resumed the rollout of v2/);
    expect(await stored()).toMatchObject({ step: 0, accepted: 'dev' });
    expect(desk.queued).toEqual([
      { job: 'advance-rollout', payload: { ...endpoint, deployment: begun.deployment } },
    ]);
    expect(title(await desk.say('lead', press))).toMatch(/^That pause of .* is over/);
  });

  it('do not accept what a later step asks, nor a second question of the same step', async () => {
    const late = button(await ask(begun), 'Resume');
    for (const later of [await ask(atNextStep(begun, desk.clock.now())), await ask(begun)]) {
      await set(later);
      const reply = await desk.say('dev', late);
      expect(reply).toMatchObject({ outcome: 'refused', card: { tone: 'warning' } });
      expect(title(reply)).toMatch(/^That pause of .* is over, so nothing was resumed/);
      expect(await stored()).toEqual(later);
    }
    expect(desk.queued).toEqual([]);
  });

  it('resume a rollout and leave a hold to whoever ends it', async () => {
    const hold = { since: desk.clock.now(), by: 'ops', why: 'the night' };
    await desk.registry.endpoints.change(endpoint, () => ({ hold }));
    await desk.say('dev', button(await ask(begun), 'Resume'));
    expect(await desk.registry.endpoints.get(endpoint)).toMatchObject({ hold });
    await desk.registry.endpoints.change(endpoint, () => ({ hold: null }));
  });

  it('pause and abort the rollout they were shown for, and no newer one', async () => {
    const [pause, abort] = [button(begun, 'Pause'), button(begun, 'Abort')];
    await set({ ...begun, deployment: 'deployment-newer' });
    for (const press of [pause, abort])
      expect(title(await desk.say('dev', press))).toMatch(/^That rollout of .* is not in progress/);
    expect(desk.queued).toEqual([]);
    await set(begun);
    expect(title(await desk.say('dev', pause))).toMatch(/^Dev Okafor paused the rollout of v2/);
    expect(await stored()).toMatchObject({ step: 0, paused: { by: 'dev', asks: false } });
    await desk.say('dev', abort);
    expect(desk.queued.at(-1)).toMatchObject({
      ...{ job: 'end-rollout', payload: { deployment: begun.deployment, by: 'dev' } },
    });
  });
});
