import { type Body, bodyOf, isBody, listOf, textOf } from './json.ts';
import { INSIDE } from './seed.ts';
import type { State } from './state.ts';
import { serial } from './state.ts';
import type { Triggers } from './triggers.ts';

/** An open modal, and what was typed into it: block, action, state. */
export interface Window {
  view: Body;
  typed: Map<string, Body>;
}

/** Blocks as Slack stores them: each with a `block_id`, each element with an `action_id`. */
export function withIds(blocks: unknown): unknown {
  if (!Array.isArray(blocks)) return blocks;
  return blocks.map((block: unknown) => {
    if (!isBody(block)) return block;
    const named: Body = { block_id: `b${serial()}`, ...block };
    for (const key of ['element', 'accessory'])
      if (isBody(block[key])) named[key] = { action_id: `a${serial()}`, ...block[key] };
    if (block['type'] === 'actions')
      named['elements'] = listOf(block['elements']).map((one) => ({
        action_id: `a${serial()}`,
        ...one,
      }));
    return named;
  });
}

/** The open windows of each user, and the views methods, which need them. */
export function openWindows({ upstream }: Pick<State, 'upstream'>, triggers: Triggers) {
  const screens = new Map<string, Window[]>();
  const homes = new Map<string, Window>();
  const stack = (user: string) => screens.get(user) ?? [];

  async function open(method: string, body: Body, token: string): Promise<Body> {
    const spent = triggers.spend(textOf(body['trigger_id']));
    if (typeof spent === 'string') return { ok: false, error: spent };
    const { trigger_id: passed } = await upstream.must('views.generateTriggerId', {
      user_id: spent.user,
      ...(spent.view === undefined ? {} : { view_id: spent.view }),
    });
    const answer = await upstream.call(
      method,
      { ...body, trigger_id: passed, view: named(body['view']) },
      token,
    );
    if (answer['ok'] === true) {
      const below = method === 'views.push' ? stack(spent.user) : [];
      screens.set(spent.user, [...below, { view: bodyOf(answer['view']), typed: new Map() }]);
    }
    return answer;
  }

  function shown(id: string): Window | undefined {
    return [...screens.values(), [...homes.values()]].flat().find(({ view }) => view['id'] === id);
  }

  async function update(body: Body, token: string): Promise<Body> {
    const external = textOf(body['external_id']);
    const window = external
      ? [...screens.values()].flat().find(({ view }) => view['external_id'] === external)
      : shown(textOf(body['view_id']));
    // Slack forgets a view when its window closes; the emulator does not.
    if (!window) return { ok: false, error: 'not_found' };
    const answer = await upstream.call(
      'views.update',
      { ...body, view: named(body['view']) },
      token,
    );
    if (answer['ok'] === true) window.view = bodyOf(answer['view']);
    return answer;
  }

  return {
    stack,
    home: (user: string) => homes.get(user),
    open,
    update,
    async publish(body: Body, token: string): Promise<Body> {
      const answer = await upstream.call(
        'views.publish',
        { ...body, view: named(body['view']) },
        token,
      );
      const view = bodyOf(answer['view']);
      if (answer['ok'] === true) homes.set(textOf(body['user_id']), { view, typed: new Map() });
      return answer;
    },
    /** The effect of acknowledging a submission. https://docs.slack.dev/surfaces/modals#response_actions */
    async acted(user: string, window: Window, ack: Body): Promise<void> {
      const action = ack['response_action'];
      if (action === 'errors') return;
      if (action === 'update') {
        await update({ view_id: window.view['id'], view: ack['view'] }, INSIDE);
      } else if (action === 'push') {
        const id = textOf(window.view['id']);
        const trigger = triggers.issue(user, id);
        await open('views.push', { trigger_id: trigger, view: ack['view'] }, INSIDE);
      } else if (action === 'clear') screens.delete(user);
      else
        screens.set(
          user,
          stack(user).filter((one) => one !== window),
        );
    },
    close: (user: string) => screens.delete(user),
  };
}

export type Windows = ReturnType<typeof openWindows>;

function named(view: unknown): unknown {
  return isBody(view) ? { ...view, blocks: withIds(view['blocks']) } : view;
}
