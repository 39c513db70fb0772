import { z } from 'zod';
import { defineGate } from '../../../core/define-gate.ts';
import { beside, called } from '../words.ts';

/**
 * What the training program reported of its model agrees with what we measure with the file that is served: a
 * preprocessing step that exists only in training shows here first.
 */
export const trainer = defineGate({
  name: 'trainer',
  summary: 'metrics that the training program reported agree with ours',
  key: 'trainer_tolerance',
  form: '{trainer_tolerance}',
  settings: z.object({ trainer_tolerance: z.number().min(0) }),
  needs: ['trainer'],
  judge({ trainer_tolerance: tolerance }, { trainer: figures }, about) {
    const base = { name: 'agreement with the trainer', limit: `within ${tolerance}` };
    if (!figures || figures.length === 0) {
      const words = `The training program of ${about.model} reported no metric that we measure too.`;
      const names = about.metrics.slice(0, 3).map(({ name }) => `train_${name}`);
      const change = `Report e.g. ${names.join(' or ')}: docs/training-contract.md says how.`;
      return { ...base, status: 'failed', value: 'nothing reported', words, change };
    }
    return figures.map(({ name, metric, on, reported, measured }) => {
      const words = called(metric, about).name;
      const own = { ...base, name: `${base.name}: ${name}` };
      const rows = `the ${on} rows`;
      if (measured === undefined || !Number.isFinite(measured)) {
        const change = 'Report a metric that these rows define.';
        const said = `${words} could not be measured on ${rows}.`;
        return { ...own, status: 'failed', value: 'not measured', words: said, change };
      }
      const apart = Math.abs(reported - measured);
      const value = `${beside(apart, tolerance)} apart`;
      const said = `The trainer reported ${name} ${figure(reported)}; ${words} on ${rows} is ${figure(measured)}, ${beside(apart, tolerance)} apart where ${tolerance} is allowed.`;
      if (apart <= tolerance) return { ...own, status: 'passed', value, words: said };
      const change =
        'Look for a step that only one side does: a feature that is filled or scaled in training but not in the model file, or other rows.';
      return { ...own, status: 'failed', value, words: said, change };
    });
  },
});

const figure = (value: number): string => String(Number(value.toPrecision(4)));
