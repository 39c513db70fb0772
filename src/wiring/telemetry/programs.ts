import { observed } from '../../core/activity.ts';
import type { Programs } from '../../core/ports/programs.ts';
import { refusedOrFailed } from './registry.ts';

/** Programs, counted and traced where that is switched on. */
export function observedPrograms(programs: Programs): Programs {
  return {
    run: (order) => {
      const { model, run, data, out } = order.request;
      const does = data !== undefined ? 'train' : out !== undefined ? 'dataset' : 'other';
      return observed('program', { model, run, does }, () => programs.run(order), {
        failed: (error) => (order.signal.aborted ? 'stopped' : refusedOrFailed(error)),
      });
    },
  };
}
