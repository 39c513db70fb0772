import { processesWith } from '../processes.ts';
import { openSlots } from '../slots.ts';
import { openDouble } from './double.ts';

/** The double, as the ground of the suite. */
export async function onDouble(_: string, objects: Readonly<Record<string, string>>) {
  const double = await openDouble();
  const slots = await openSlots(objects);
  return {
    settings: { url: double.url },
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
