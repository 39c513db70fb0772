import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Field, Form } from '../../../../src/core/form.ts';
import { FORM, toModal } from '../../../../src/platforms/slack/render/modal.ts';
import { valuesOf } from '../../../../src/platforms/slack/render/values.ts';
import { tries } from '../../../sweep.ts';
import { anyForm } from './anything.ts';
import { faultsOf, RULES } from './rules.ts';

const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
const form = (...fields: Field[]): Form => ({
  command: 'train',
  title: 'Train a model',
  submit: 'Train',
  fields,
});
const inputOf = (field: Field) => toModal(form(field), { privateMetadata: '' }).blocks[0];

describe('slack/render/modal', () => {
  it('is a valid modal for any form', () => {
    fc.assert(
      fc.property(anyForm, fc.string({ maxLength: 3000 }), (given, privateMetadata) => {
        const modal = toModal(given, { privateMetadata });
        expect(faultsOf(RULES.modal, modal)).toBe('');
        expect(toModal(given, { privateMetadata })).toEqual(modal);
        const inputs = modal.blocks.filter(({ type }) => type === 'input').length;
        const left = /… ([\d,]+) more fields?:/.exec(JSON.stringify(modal.blocks.at(-1)))?.[1];
        expect(inputs + Number(left ?? '0')).toBe(given.fields.length);
      }),
      { ...tries(100), endOnFailure: true },
    );
  });

  it('has a title, a button and what comes back with it', () => {
    const modal = toModal({ ...form(), text: 'Takes a minute.' }, { privateMetadata: 'train:1' });
    expect(modal).toEqual({
      type: 'modal',
      callback_id: FORM,
      private_metadata: 'train:1',
      title: plain('Train a model'),
      submit: plain('Train'),
      close: plain('Cancel'),
      blocks: [{ type: 'section', text: plain('Takes a minute.') }],
    });
    expect(() => toModal(form(), { privateMetadata: 'x'.repeat(3001) })).toThrow(
      /options of \/train: 3001 characters/,
    );
  });

  it('shows a title whole that the top has no room for', () => {
    const title = 'Train flights on what came in since May';
    const { blocks, ...modal } = toModal({ ...form(), title }, { privateMetadata: '' });
    expect(modal.title).toEqual(plain('Train flights on what c…'));
    expect(blocks[0]).toEqual({ type: 'section', text: plain(title) });
  });

  it.each<[string, Field, object]>([
    [
      'a text',
      {
        kind: 'text',
        name: 'reason',
        label: 'Reason',
        hint: 'For the log',
        required: false,
        longest: 200,
        initial: 'drift',
      },
      {
        type: 'input',
        block_id: 'reason',
        label: plain('Reason'),
        hint: plain('For the log'),
        optional: true,
        element: {
          type: 'plain_text_input',
          action_id: 'value',
          max_length: 200,
          initial_value: 'drift',
        },
      },
    ],
    [
      'a number',
      { kind: 'number', name: 'n', label: 'N', required: true, whole: true, min: 1, max: 9 },
      {
        type: 'input',
        block_id: 'n',
        label: plain('N'),
        optional: false,
        element: {
          type: 'number_input',
          action_id: 'value',
          is_decimal_allowed: false,
          min_value: '1',
          max_value: '9',
        },
      },
    ],
    [
      'a day',
      { kind: 'day', name: 'from', label: 'From', required: true, initial: '2001-02-03' },
      {
        type: 'input',
        block_id: 'from',
        label: plain('From'),
        optional: false,
        element: { type: 'datepicker', action_id: 'value', initial_date: '2001-02-03' },
      },
    ],
    [
      'a choice that reshapes the form',
      {
        kind: 'choice',
        name: 'model',
        label: 'Model',
        required: true,
        initial: 'b',
        reshapes: true,
        choices: [
          { value: 'a', label: 'A' },
          { value: 'b', label: 'B', hint: 'the second' },
        ],
      },
      {
        type: 'input',
        block_id: 'model',
        label: plain('Model'),
        optional: false,
        dispatch_action: true,
        element: {
          type: 'static_select',
          action_id: 'value',
          placeholder: plain('Choose one'),
          options: [
            { text: plain('A'), value: 'a' },
            { text: plain('B'), value: 'b', description: plain('the second') },
          ],
          initial_option: { text: plain('B'), value: 'b', description: plain('the second') },
        },
      },
    ],
  ])('asks for %s', (_, field, input) => expect(inputOf(field)).toEqual(input));

  it('keeps what is chosen among the hundred, and counts the rest', () => {
    const choices = Array.from({ length: 130 }, (_, i) => ({ value: `v${i}`, label: `V ${i}` }));
    const head = { kind: 'choice', name: 'v', label: 'V', required: true } as const;
    const input = inputOf({ ...head, choices, initial: 'v129' });
    expect(input).toMatchObject({
      hint: plain('… 31 more choices: type the command to take one.'),
      element: { initial_option: { value: 'v129' } },
    });
  });

  it('stays below the bytes that Slack takes', () => {
    const choices = Array.from({ length: 100 }, (_, i) => ({
      value: `v${i}`,
      label: '模型'.repeat(30),
      hint: '型'.repeat(75),
    }));
    const fields = Array.from({ length: 40 }, (_, i): Field => {
      return { kind: 'choice', name: `f${i}`, label: 'V', required: true, choices };
    });
    const modal = toModal(form(...fields), { privateMetadata: '型'.repeat(3000) });
    expect(faultsOf(RULES.modal, modal)).toBe('');
    const left = /… (\d+) more fields/.exec(JSON.stringify(modal.blocks.at(-1)))?.[1];
    expect(modal.blocks.length - 1 + Number(left)).toBe(40);
  });

  it.each<[Field['kind'], Field]>([
    ['text', { kind: 'text', name: 'a', label: 'A', required: true, longest: 3, initial: 'long' }],
    [
      'number',
      { kind: 'number', name: 'a', label: 'A', required: true, whole: true, initial: '7.5' },
    ],
    ['day', { kind: 'day', name: 'a', label: 'A', required: true, initial: '2001-02-31' }],
    [
      'choice',
      {
        kind: 'choice',
        name: 'a',
        label: 'A',
        required: true,
        initial: 'gone',
        choices: [{ value: 'here', label: 'Here' }],
      },
    ],
  ])('says that an initial %s cannot stand', (_, field) => {
    const input = inputOf(field);
    expect(input).toMatchObject({
      hint: plain(`"${field.initial}" cannot stand here: fill it in again.`),
    });
    expect(JSON.stringify(input)).not.toContain('"initial_');
  });
});

describe('slack/render/values', () => {
  it('reads the entered values', () => {
    expect(
      valuesOf({
        reason: { value: { type: 'plain_text_input', value: ' a & b ' } },
        blank: { value: { type: 'plain_text_input', value: null } },
        n: { value: { type: 'number_input', value: '7' } },
        from: { value: { type: 'datepicker', selected_date: '2001-02-03' } },
        model: {
          value: { type: 'static_select', selected_option: { text: plain('A'), value: 'a' } },
        },
        none: { value: { type: 'static_select', selected_option: null } },
      }),
    ).toEqual({ reason: ' a & b ', blank: '', n: '7', from: '2001-02-03', model: 'a', none: '' });
  });

  it('takes nothing of another shape, and never throws', () => {
    const odd = {
      other: { somewhere: { type: 'plain_text_input', value: 'x' } },
      users: { value: { type: 'users_select', selected_user: 'U1' } },
      wrong: { value: { type: 'plain_text_input', value: 7 } },
      empty: {},
      nothing: null,
    };
    expect(valuesOf(odd)).toEqual({});
    fc.assert(
      fc.property(fc.anything(), (state) => {
        expect(Object.values(valuesOf(state)).every((value) => typeof value === 'string')).toBe(
          true,
        );
      }),
    );
  });
});
