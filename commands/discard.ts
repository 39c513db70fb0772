import { defineCommand } from '../src/core/define-command.ts';
import { arrivalOption, whyOption } from '../src/core/values.ts';
import { type Deciding, decideArrival } from './steps/decide-arrival.ts';

export const discard = defineCommand({
  name: 'discard',
  summary: 'Leave out new data that is in quarantine',
  role: 'operator',
  words: ['arrival'],
  options: { arrival: arrivalOption, reason: whyOption },
  examples: ['/discard arrival-3k9x2m7q --reason "the export was broken"'],

  run: ({ arrival, reason }, needs: Deciding, asking) =>
    decideArrival({ arrival, status: 'discarded', reason }, needs, asking),
});
