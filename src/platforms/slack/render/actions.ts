import type { types } from '@slack/bolt';
import { z } from 'zod';
import { type Action, typedAs } from '../../../core/card.ts';
import { type Block, context, plainText, rich, written } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { costOf, leftOut } from './room.ts';
import { cut, isBlank, oneLine, weight } from './text.ts';

/** Limits the actions, so that they leave room for the rest of the card. */
const BUTTONS_COST = 3000;
const TYPED_COST = 2600;

const Carried = z.object({ command: z.string(), argument: z.string() });
export type Carried = z.infer<typeof Carried>;

/** What a pressed button carries; undefined if it is not ours. Not trusted. */
export function carriedBy(value: string): Carried | undefined {
  try {
    return Carried.safeParse(JSON.parse(value)).data;
  } catch {
    return undefined;
  }
}

/** Buttons; an action that does not fit on one becomes a command to type, and the rest a note. */
export function actionBlocks(actions: readonly Action[]): Block[] {
  const buttons: types.Button[] = [];
  const typed: Block[] = [];
  let left = 0;
  let cost = 0;
  for (const action of actions) {
    const value = carriedAs(action);
    const button = buttonOf(action, value, buttons.length);
    const price = weight(JSON.stringify(button));
    if (
      weight(value) <= LIMITS.button.value &&
      buttons.length < LIMITS.actions &&
      cost + price <= BUTTONS_COST
    ) {
      buttons.push(button);
      cost += price;
      continue;
    }
    const line = typedLine(action);
    if (typed.length < LIMITS.actions && costOf([...typed, line]) <= TYPED_COST) typed.push(line);
    else left += 1;
  }
  return [
    ...(buttons.length > 0 ? [{ type: 'actions', elements: buttons } as const] : []),
    ...typed,
    ...(left > 0 ? [context(leftOut(left, 'action'))] : []),
  ];
}

/** Escaped within the JSON, so that Slack's entities cannot change the value. */
function carriedAs({ command, argument }: Action): string {
  return JSON.stringify({ command, argument }).replace(
    /[&<>]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}

function buttonOf(action: Action, value: string, index: number): types.Button {
  const { label, command, style, confirm } = action;
  return {
    type: 'button',
    action_id: `do:${index}`,
    text: plainText(
      oneLine(label),
      LIMITS.button.text,
      isBlank(command) ? 'Do it' : oneLine(command),
    ),
    value,
    ...(style && { style }),
    ...(confirm !== undefined && { confirm: dialogOf(action, confirm) }),
  };
}

function dialogOf({ label, style }: Action, confirm: string): types.ConfirmationDialog {
  return {
    title: plainText(oneLine(label), LIMITS.confirm.title, 'Are you sure?'),
    text: plainText(confirm, LIMITS.confirm.text, 'Are you sure?'),
    confirm: plainText(oneLine(label), LIMITS.confirm.button, 'Yes'),
    deny: plainText('Cancel', LIMITS.confirm.button),
    ...(style && { style }),
  };
}

function typedLine(action: Action): Block {
  const label = cut(oneLine(action.label), LIMITS.button.text);
  return rich([
    written(isBlank(label) ? 'Type ' : `${label}: type `),
    written(oneLine(typedAs(action)), { code: true }),
  ]);
}
