import type { Execution } from '../../../src/core/engine.ts';
import { processesWith } from './processes.ts';
import { openSlots } from './slots.ts';

/** What an engine runs on: this machine, a double, or real servers whose programs are processes of this machine. */
export interface Place {
  /** The keys of the engine in a workspace file. */
  settings: Record<string, unknown>;
  /** The port at which its machines find an object store; default: the store's own. */
  reach?: number;
  /** Called with the port of the object store, where its machines do not see those of this one. */
  bring?(port: number): void;
  /** As if the machine of an execution had been switched off. */
  lose(execution: Execution): Promise<void>;
  /** What still runs there, or should not be there any more, by name. */
  left(): Promise<string[]>;
  close(): Promise<void>;
}
export type OpenPlace = (folder: string) => Promise<Place>;

/** A place as the ground of the suite that all engines pass. */
export const groundOn =
  (openPlace: OpenPlace) => async (folder: string, objects: Readonly<Record<string, string>>) => {
    const place = await openPlace(folder);
    const slots = await openSlots(objects, place.reach);
    place.bring?.(slots.port);
    return {
      settings: place.settings,
      parts: { signed: slots.signed },
      port: slots.port,
      alive: async (word: string) => processesWith(word).length,
      lose: place.lose,
      async close() {
        await place.close();
        await slots.close();
      },
    };
  };
