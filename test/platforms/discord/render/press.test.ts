import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Action } from '../../../../src/core/card.ts';
import { toConfirmation } from '../../../../src/platforms/discord/render/confirmation.ts';
import { emojiOf } from '../../../../src/platforms/discord/render/emoji.ts';
import { toMessage } from '../../../../src/platforms/discord/render/message.ts';
import { customIdOf, parsePress } from '../../../../src/platforms/discord/render/press.ts';
import { actionPressed } from '../../../../src/platforms/discord/render/pressed.ts';
import { faultsOf, mentionsIn, ofType, texts } from './check.ts';
import { createFaults, isHere } from './openapi.ts';
import { action as anyAction, nasty } from './things.ts';

const ROLL_BACK: Action = {
  label: 'Roll back',
  command: 'rollback',
  argument: 'flights --reason "too slow"',
  style: 'danger',
  confirm: 'Put the version before back?',
};

describe('platforms/discord/render/press', () => {
  it('asks first, and then offers to do it or not', () => {
    const body = toConfirmation(ROLL_BACK);
    expect(texts(body)).toEqual(['Put the version before back?']);
    const ids = ofType(body, 2).map(({ custom_id }) => parsePress(String(custom_id)));
    const { command, argument } = ROLL_BACK;
    expect(ids).toEqual([
      { kind: 'do', command, argument },
      { kind: 'cancel', command, argument },
    ]);
    expect(body.flags).toBe((1 << 15) | (1 << 6));
  });

  it('knows a pressed button from the message alone', () => {
    const body = toMessage({ title: 'x', tone: 'note', actions: [ROLL_BACK] });
    const id = 'ask:rollback flights --reason "too slow"';
    const press = parsePress(id);
    if (!press) throw new Error('not parsed');
    const { confirm: _, ...known } = ROLL_BACK;
    expect(actionPressed(press, id, body.components)).toEqual(known);
    expect(actionPressed(press, id, [])).toMatchObject({ label: 'rollback' });
    expect(texts(toConfirmation(known))[0]).toContain('the same as /rollback flights');
  });

  it.each(['', 'do:', 'do: x', 'what:help', 'DO:help', 'help'])('%j is not ours', (id) => {
    expect(parsePress(id)).toBeUndefined();
  });

  it('comes back as it was, or does not fit', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('do', 'ask', 'cancel', 'choose'),
        nasty,
        nasty,
        (kind, command, argument) => {
          const id = customIdOf({ kind, command, argument });
          if (id !== undefined) {
            expect(id.length).toBeLessThanOrEqual(100);
            expect(parsePress(id)).toEqual({ kind, command, argument });
          }
        },
      ),
    );
    expect(customIdOf({ kind: 'do', command: 'a b', argument: '' })).toBeUndefined();
    expect(customIdOf({ kind: 'do', command: 'a', argument: 'b'.repeat(95) })).toHaveLength(100);
    expect(customIdOf({ kind: 'do', command: 'a', argument: 'b'.repeat(96) })).toBeUndefined();
  });

  it('respects the limits for any question', () => {
    const faults = isHere ? createFaults() : () => [];
    fc.assert(
      fc.property(anyAction, (action) => {
        const body = toConfirmation(action);
        expect(faultsOf(body)).toEqual([]);
        expect(texts(body).flatMap(mentionsIn)).toEqual([]);
        expect(faults('IncomingWebhookInteractionRequest', body)).toEqual([]);
      }),
    );
  });

  it('names the emoji that Discord knows by their characters', () => {
    expect(['white_check_mark', ':+1:', '✅', 'party_parrot'].map(emojiOf)).toEqual([
      '✅',
      '👍',
      '✅',
      ':party_parrot:',
    ]);
  });
});
