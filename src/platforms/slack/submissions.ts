import { within } from './patience.ts';

/** Forms that were sent, and whether what came of it was shown in the form itself. */
export interface Submissions {
  /** Call it with whether it was shown; before that, whoever asks waits. */
  open(id: string): (shown: boolean) => void;
  /** False for a form of an earlier process: then nobody was shown anything. */
  shown(id: string): Promise<boolean>;
}

/** Slack waits for three seconds, so by then it is decided. */
const DECIDED_MS = 5000;
const REMEMBERED_MS = 600_000;

export function createSubmissions(): Submissions {
  const open = new Map<string, Promise<boolean>>();
  return {
    open(id) {
      let decide: (shown: boolean) => void = () => {};
      const decision = new Promise<boolean>((resolve) => {
        decide = resolve;
      });
      open.set(id, decision);
      setTimeout(() => open.delete(id), REMEMBERED_MS).unref();
      return decide;
    },
    async shown(id) {
      return (await within(DECIDED_MS, open.get(id) ?? Promise.resolve(false))) ?? false;
    },
  };
}
