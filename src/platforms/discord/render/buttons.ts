import { type APIButtonComponentWithCustomId, ButtonStyle, ComponentType } from 'discord.js';
import type { Action } from '../../../core/card.ts';
import { shorten } from './fit.ts';
import { BUTTON } from './limits.ts';
import { customIdOf, type Press } from './press.ts';

/** Three rows: together with everything else in a card, they stay below the limit of components. */
const MOST = 15;

/**
 * Buttons for the actions, and the actions without a button: too many, too long, or a repetition, because Discord
 * refuses two buttons with the same `custom_id`.
 */
export function buttonsFor(actions: readonly Action[] = []) {
  const buttons = new Map<string, APIButtonComponentWithCustomId>();
  const left: Action[] = [];
  for (const action of actions) {
    const button = buttonOf(action, action.confirm === undefined ? 'do' : 'ask');
    if (button && buttons.size < MOST && !buttons.has(button.custom_id))
      buttons.set(button.custom_id, button);
    else left.push(action);
  }
  return { buttons: [...buttons.values()], left };
}

export function rowsOf(buttons: readonly APIButtonComponentWithCustomId[]) {
  const count = Math.ceil(buttons.length / BUTTON.inRow);
  return Array.from({ length: count }, (_, row) => ({
    type: ComponentType.ActionRow as const,
    components: buttons.slice(row * BUTTON.inRow, (row + 1) * BUTTON.inRow),
  }));
}

/** Undefined if the command does not fit into a button. */
export function buttonOf(
  { label, command, argument, style }: Action,
  kind: Press['kind'],
): APIButtonComponentWithCustomId | undefined {
  const customId = customIdOf({ kind, command, argument });
  if (customId === undefined) return undefined;
  return {
    type: ComponentType.Button,
    custom_id: customId,
    label: shorten(label, BUTTON.label, shorten(command, BUTTON.label)),
    style: style ? STYLES[style] : ButtonStyle.Secondary,
  };
}

const STYLES = { primary: ButtonStyle.Primary, danger: ButtonStyle.Danger } as const;
