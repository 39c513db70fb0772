import { defineCommand } from '../src/core/define-command.ts';
import { arrivalOption, whyOption } from '../src/core/values.ts';
import { type Deciding, decideArrival } from './steps/decide-arrival.ts';

export const admit = defineCommand({
  name: 'admit',
  summary: 'Use new data that is in quarantine',
  role: 'operator',
  words: ['arrival'],
  options: { arrival: arrivalOption, reason: whyOption },
  examples: ['/admit arrival-3k9x2m7q --reason "a holiday, the volume is right"'],

  run: ({ arrival, reason }, needs: Deciding, asking) =>
    decideArrival({ arrival, status: 'accepted', reason }, needs, asking),
});
