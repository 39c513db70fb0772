import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processesWith } from '../processes.ts';
import { openSlots } from '../slots.ts';
import { openDouble } from './double.ts';

/** The double, as the suite's cluster. */
export async function onDouble(folder: string, objects: Readonly<Record<string, string>>) {
  const double = await openDouble('training');
  const slots = await openSlots(objects);
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
    parts: { signed: slots.signed },
    port: slots.port,
    alive: async (word: string) => processesWith(word).length,
    lose: ({ id }: { id: string }) => double.lose(id),
    async close() {
      await double.close();
      await slots.close();
    },
  };
}
