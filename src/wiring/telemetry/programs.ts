import { observed } from '../../core/activity.ts';
import type { Engines } from '../../core/ports/engines.ts';
import type { Programs } from '../../core/ports/programs.ts';
import { refusedOrFailed } from './registry.ts';

/** Training programs on engines, as `observedPrograms`. A worker that ends stops following, which counts as stopped. */
export function observedEngines(engines: Engines): Engines {
  return {
    ...engines,
    follow(execution, watcher) {
      const { model, run, signal } = watcher;
      const follow = () => engines.follow(execution, watcher);
      return observed('program', { model, run, does: 'train' }, follow, {
        failed: (error) => (signal.aborted ? 'stopped' : refusedOrFailed(error)),
      });
    },
  };
}

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
