import type { Watch } from '../model.ts';
import { type Doing, IDLE, LOADING, RUNNING } from './register.ts';

interface Places {
  /** Read by the watchdog's thread: [slot, phase]. */
  shared: Int32Array;
  /** Writes where it survives the process. */
  write(doing: Doing): void;
}

/**
 * What this process is doing inside of onnxruntime, where others can read it: a model that never
 * returns stops this thread for good, and one that crashes takes all memory with it. Of the calls that
 * wait, the oldest is the one that runs: onnxruntime takes them in order. The write that survives is
 * made only when the version changes, since a system call a request would be felt.
 */
export function createBusy({ shared, write }: Places): (slot: number) => Watch {
  const waiting: Doing[] = [];
  let entered: Doing | undefined;

  function note(doing: Doing): void {
    if (entered?.slot === doing.slot && entered.phase === doing.phase) return;
    entered = doing;
    write(doing);
  }

  function show(): void {
    const [first] = waiting;
    shared[0] = first?.slot ?? 0;
    shared[1] = first?.phase ?? IDLE;
    if (first) note(first);
    else if (entered?.phase === LOADING) note({ ...entered, phase: IDLE });
  }

  function enter(doing: Doing): void {
    waiting.push(doing);
    if (waiting.length === 1) show();
  }

  function leave(doing: Doing): void {
    waiting.splice(waiting.indexOf(doing), 1);
    show();
  }

  return (slot) => {
    const running: Doing = { slot, phase: RUNNING, bytes: 0 };
    const left = () => leave(running);
    return {
      loading(bytes) {
        const loading: Doing = { slot, phase: LOADING, bytes };
        enter(loading);
        return () => leave(loading);
      },
      running() {
        enter(running);
        return left;
      },
    };
  };
}
