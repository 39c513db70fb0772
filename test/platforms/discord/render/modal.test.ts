import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Field, Form } from '../../../../src/core/form.ts';
import { toChooser } from '../../../../src/platforms/discord/render/chooser.ts';
import { toModal } from '../../../../src/platforms/discord/render/modal.ts';
import { parsePress } from '../../../../src/platforms/discord/render/press.ts';
import { valuesOf } from '../../../../src/platforms/discord/render/values.ts';
import { tries } from '../../../sweep.ts';
import { faultsOf, ofType, texts, walk } from './check.ts';
import { createFaults, isHere } from './openapi.ts';
import { form as anyForm } from './things.ts';

const MODEL: Field = {
  name: 'model',
  label: 'Model',
  required: true,
  initial: 'flights',
  kind: 'choice',
  choices: [
    { value: 'flights', label: 'flights', hint: 'delays' },
    { value: 'penguins', label: 'penguins' },
  ],
  reshapes: true,
};
const parameter = (name: string, initial: string): Field => ({
  name: `parameters.${name}`,
  label: name,
  required: false,
  initial,
  kind: 'number',
  whole: true,
  min: 1,
  max: 500,
});
const TRAIN: Form = {
  command: 'train',
  title: 'Train a model',
  text: 'A new version, on data up to now.',
  submit: 'Train',
  fields: [
    MODEL,
    { name: 'from', label: 'First day', required: false, kind: 'day' },
    parameter('trees', '50'),
    parameter('depth', '4'),
    { name: 'to', label: 'Day after the last', required: false, kind: 'day' },
    parameter('leaves', '31'),
  ],
};

/** What Discord sends when nothing was changed. */
const sent = (modal: unknown) =>
  ofType(modal, 18).flatMap(({ component }) =>
    walk(component).map(({ type, custom_id, value, options }) => ({
      type: 18,
      component:
        type === 21 && Array.isArray(options)
          ? { type, custom_id, value: options.find((one) => one.default)?.value ?? null }
          : Array.isArray(options)
            ? {
                type,
                custom_id,
                values: options.filter((one) => one.default).map((one) => one.value),
              }
            : { type, custom_id, value: value ?? '' },
    })),
  );

describe('platforms/discord/render/modal', () => {
  it('gives each field an input, with the text above', () => {
    const modal = toModal({ ...TRAIN, fields: TRAIN.fields.slice(0, 3) }, 'form:1');
    expect(modal).toMatchObject({ custom_id: 'form:1', title: 'Train a model' });
    expect(texts(modal)).toEqual(['A new version, on data up to now.']);
    expect(ofType(modal, 18)).toMatchObject([
      { label: 'Model', component: { type: 3, custom_id: 'model', required: true } },
      { label: 'First day', component: { type: 4, placeholder: 'YYYY-MM-DD', required: false } },
      { label: 'trees', description: 'whole number from 1 to 500', component: { value: '50' } },
    ]);
  });

  it('puts what does not fit into one paragraph, and reads it back', () => {
    const modal = toModal(TRAIN, 'form:1');
    expect(ofType(modal, 18).map(({ component }) => component)).toMatchObject([
      { custom_id: 'model' },
      { custom_id: 'from' },
      { custom_id: 'parameters.trees' },
      { custom_id: 'to' },
      { custom_id: 'parameters.*', style: 2, value: 'depth=4\nleaves=31' },
    ]);
    expect(ofType(modal, 18)[0]).toMatchObject({ description: TRAIN.text });
    expect(valuesOf(sent(modal))).toEqual({
      model: 'flights',
      from: '',
      to: '',
      'parameters.trees': '50',
      'parameters.depth': '4',
      'parameters.leaves': '31',
    });
  });

  it('offers only the chosen value for a field that determines the others', () => {
    const [select] = ofType(toModal(TRAIN, 'form:1'), 3);
    expect(select?.['options']).toMatchObject([{ value: 'flights', default: true }]);
  });

  it('asks for one of few by a radio group, for one of more by a menu', () => {
    const field = (n: number, required = true): Field => ({
      ...{ kind: 'choice', name: 'to', label: 'Environment', required, initial: 'e1' },
      choices: Array.from({ length: n }, (_, i) => ({ value: `e${i}`, label: `E${i}` })),
    });
    const one = (given: Field) => toModal({ ...TRAIN, fields: [given] }, 'form:1');
    expect(ofType(one(field(3, false)), 21)).toEqual([
      {
        ...{ type: 21, custom_id: 'to', required: false },
        options: [
          { value: 'e0', label: 'E0' },
          { value: 'e1', label: 'E1', default: true },
          { value: 'e2', label: 'E2' },
        ],
      },
    ]);
    expect(valuesOf(sent(one(field(3))))).toEqual({ to: 'e1' });
    // Discord shows no group with one option.
    expect(ofType(one({ ...field(1), initial: 'e0' }), 3)).toHaveLength(1);
    expect(ofType(one(field(6)), 3)).toHaveLength(1);
    const nothing = { type: 18, component: { type: 21, custom_id: 'to', value: null } };
    expect(valuesOf([nothing])).toEqual({ to: '' });
  });

  it('asks by a menu first, which carries the field and its value', () => {
    const body = toChooser(TRAIN, MODEL);
    const [menu] = ofType(body, 3);
    expect(menu?.['options']).toMatchObject([
      { value: 'flights', default: true },
      { value: 'penguins' },
    ]);
    expect(parsePress(String(menu?.['custom_id']))).toEqual({
      kind: 'choose',
      command: 'train',
      argument: 'model',
    });
    const many = Array.from({ length: 40 }, (_, i) => ({ value: `m${i}`, label: `m${i}` }));
    const large = toChooser(TRAIN, { ...MODEL, choices: many, initial: 'm39' });
    expect(texts(large).at(-1)).toBe('-# … and 15 more, to be typed: /train');
    expect(ofType(large, 3)[0]?.['options']).toContainEqual({
      value: 'm39',
      label: 'm39',
      default: true,
    });
  });

  it('passes on a line that is not a pair, so that the dispatch refuses it', () => {
    const component = { type: 4, customId: 'parameters.*', value: ' trees = 9 \n\ndepth 4' };
    expect(valuesOf([{ type: 18, component }])).toEqual({
      'parameters.trees': '9',
      'parameters.depth 4': 'depth 4',
    });
    expect(
      valuesOf([{ type: 10 }, { type: 1, components: [{ type: 4, custom_id: 'a', value: 'b' }] }]),
    ).toEqual({ a: 'b' });
    expect(() => valuesOf('what')).toThrow();
    expect(() => toModal(TRAIN, 'x'.repeat(101))).toThrow(RangeError);
  });

  it('respects the limits and loses no value that fits, for any form', () => {
    const faults = isHere ? createFaults() : () => [];
    fc.assert(
      fc.property(anyForm, (form) => {
        const modal = toModal(form, 'form:1');
        expect(faultsOf(modal)).toEqual([]);
        expect(modal.components.length).toBeGreaterThan(0);
        expect(modal.components.length).toBeLessThanOrEqual(5);
        expect(modal.title).toMatch(/^[\s\S]{1,45}$/);
        expect(faults('ModalInteractionCallbackRequestData', modal)).toEqual([]);
        const values = valuesOf(sent(modal));
        const room = form.fields.reduce(
          (sum, one) => sum + 2 * (one.initial?.length ?? 0) + 200,
          0,
        );
        for (const field of form.fields) {
          if (room < 4000) expect(Object.keys(values)).toContain(field.name);
          if (room < 4000 && field.kind !== 'choice')
            expect(values[field.name]?.trim()).toBe(
              (field.initial ?? '').replace(/\p{Cs}/gu, '\ufffd').trim(),
            );
          if (field.kind === 'choice') {
            const chooser = toChooser(form, { ...field, name: 'model' });
            expect(faultsOf(chooser)).toEqual([]);
            expect(faults('IncomingWebhookInteractionRequest', chooser)).toEqual([]);
          }
        }
      }),
      tries(120),
    );
  });
});
