import { within } from './patience.ts';

/** Submitted forms, and whether their result was shown in the form itself. */
export interface Submissions {
  /** Call it with whether the result was shown; until then, `shown` waits. */
  open(id: string): (shown: boolean) => void;
  /** False for a form of an earlier process, which showed nothing. */
  shown(id: string): Promise<boolean>;
  /** How many results the form of that view has shown as errors. */
  errors(view: string): number;
  /** It shows another one. */
  showError(view: string): void;
}

/** Slack waits for three seconds, so it is decided by then. */
const DECIDED_MS = 5000;
const REMEMBERED_MS = 600_000;

export function createSubmissions(): Submissions {
  const open = new Map<string, Promise<boolean>>();
  const errors = new Map<string, number>();
  const errorsOf = (view: string) => errors.get(view) ?? 0;
  return {
    errors: errorsOf,
    showError(view) {
      errors.set(view, errorsOf(view) + 1);
      setTimeout(() => errors.delete(view), REMEMBERED_MS).unref();
    },
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
