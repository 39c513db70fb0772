import type { Stage } from './acts.ts';
import type { Shown } from './deliver.ts';
import { elementsIn, filled, find, initial, labelOf } from './elements-in.ts';
import { inspect } from './inspect.ts';
import { type Body, bodyOf, isBody, listOf, textOf } from './json.ts';
import { interaction } from './payload.ts';
import { stamp } from './state.ts';
import type { Window, Windows } from './windows.ts';

interface Change {
  user: string;
  /** The label of the field or button, its `action_id` or its `block_id`. */
  field: string;
  /** What is typed or chosen; left out for a button. */
  value?: string;
  /** In the Home tab instead of the topmost modal. */
  home?: boolean;
}

/** User actions in modals and in the Home tab. */
export function openModalActs({ state, deliver, triggers }: Stage, windows: Windows) {
  function topmost(user: string): Window {
    const window = windows.stack(user).at(-1);
    if (!window) throw new Error(`no modal is open for ${state.upstream.nameOf(user)}`);
    return window;
  }

  function windowOf(user: string, home: boolean): Window {
    const window = home ? windows.home(user) : topmost(user);
    if (!window) throw new Error(`nothing was published for ${state.upstream.nameOf(user)}`);
    return window;
  }

  const viewOf = (window: Window): Body => ({
    ...window.view,
    state: { values: valuesOf(window) },
  });

  return {
    /**
     * Types into a field, chooses in it, or presses a button. Undefined if Slack sends the bot nothing: an input
     * without `dispatch_action`.
     */
    async changeInView({ user, field, value, home = false }: Change): Promise<Shown | undefined> {
      const window = windowOf(user, home);
      const { block, element } = find(listOf(window.view['blocks']), field);
      const button = element['type'] === 'button';
      const held = button ? bodyOf({ ...element }) : filled(element, value ?? '');
      if (!button) window.typed.set(keyOf(block, element), held);
      if (block['type'] === 'input' && block['dispatch_action'] !== true) return undefined;
      const id = textOf(window.view['id']);
      const { confirm: _, ...action } = held;
      const payload = {
        ...interaction(state, 'block_actions', user),
        container: { type: 'view', view_id: id },
        trigger_id: triggers.issue(user, home ? undefined : id),
        view: viewOf(window),
        actions: [
          {
            ...action,
            action_id: element['action_id'],
            block_id: block['block_id'],
            action_ts: stamp(),
          },
        ],
      };
      return deliver({ kind: 'interactive', payload });
    },

    /**
     * Fills in the topmost modal by label, `action_id` or `block_id`, and submits it.
     * @throws Error if Slack would not submit it: a required field is empty
     */
    async submitView(user: string, fill: Record<string, string> = {}): Promise<Shown> {
      const window = topmost(user);
      const blocks = listOf(window.view['blocks']);
      for (const [field, value] of Object.entries(fill)) {
        const { block, element } = find(blocks, field);
        window.typed.set(keyOf(block, element), filled(element, value));
      }
      const values = valuesOf(window);
      for (const held of elementsIn(blocks)) {
        const { block, element } = held;
        if (block['type'] !== 'input' || block['optional'] === true) continue;
        const filledIn = bodyOf(values[textOf(block['block_id'])]?.[textOf(element['action_id'])]);
        const { type: _, ...rest } = filledIn;
        if (Object.values(rest).every((one) => one === null))
          throw new Error(`Slack would not send this: "${labelOf(held)}" is empty`);
      }
      const payload = {
        ...interaction(state, 'view_submission', user),
        trigger_id: triggers.issue(user, textOf(window.view['id'])),
        view: viewOf(window),
        response_urls: [],
      };
      const shown = await deliver({ kind: 'interactive', payload });
      if (!shown.acknowledged) return shown;
      const ack = bodyOf(shown.body);
      // A view in the acknowledgement has the same limits; an invalid one leaves the modal unchanged.
      const refused = isBody(ack['view']) && inspect(state, 'response_action', ack, 'views.update');
      if (!refused) await windows.acted(user, window, ack);
      return shown;
    },

    /** Closes everything; the bot gets an event if the view has `notify_on_close`. */
    async closeViews(user: string): Promise<Shown | undefined> {
      const window = topmost(user);
      windows.close(user);
      if (window.view['notify_on_close'] !== true) return undefined;
      const payload = {
        ...interaction(state, 'view_closed', user),
        view: viewOf(window),
        is_cleared: true,
      };
      return deliver({ kind: 'interactive', payload });
    },
  };
}

const keyOf = (block: Body, element: Body) =>
  JSON.stringify([block['block_id'], element['action_id']]);

/** The value of every field: typed, or else initial. Typed values survive an update with the same IDs. */
function valuesOf(window: Window): Record<string, Record<string, Body>> {
  const values: Record<string, Record<string, Body>> = {};
  for (const { block, element } of elementsIn(listOf(window.view['blocks']))) {
    if (element['type'] === 'button') continue;
    const held = window.typed.get(keyOf(block, element)) ?? initial(element);
    const id = textOf(block['block_id']);
    values[id] = { ...values[id], [textOf(element['action_id'])]: held };
  }
  return values;
}
