import type { Place } from '../ground.ts';
import { openDouble } from './double.ts';

/** The double, as the suite's head. */
export async function onDouble(): Promise<Place> {
  const double = await openDouble();
  return {
    settings: { url: double.url },
    lose: ({ id }) => double.lose(id),
    left: async () => double.jobs(),
    close: () => double.close(),
  };
}
