import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Place } from '../ground.ts';
import { openDouble } from './double.ts';

/** The double, as the suite's cluster. */
export async function onDouble(folder: string): Promise<Place> {
  const double = await openDouble('training');
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(
    kubeconfig,
    JSON.stringify({
      'current-context': 'double',
      clusters: [{ name: 'double', cluster: { server: double.url } }],
      users: [{ name: 'nobody', user: {} }],
      contexts: [{ name: 'double', context: { cluster: 'double', user: 'nobody' } }],
    }),
  );
  return {
    settings: {
      kubeconfig,
      namespace: 'training',
      image: 'any',
      folder: join(folder, 'workspace'),
    },
    lose: ({ id }) => double.lose(id),
    // Jobs that are over stay for a while, so that people can look at them.
    left: async () => double.running(),
    close: double.close,
  };
}
