import type { Watch } from '../model.ts';
import { type Doing, IDLE, LOADING, RUNNING } from './register.ts';

interface Busy {
  /** Records the calls of the version with that number. */
  watch(slot: number): Watch;
  careful(on: boolean): void;
}

interface Places {
  /** Read by the watchdog's thread: [slot, phase, amount, steps]. */
  shared: Int32Array;
  /** Writes to where it survives the process. */
  write(doing: Doing): void;
}

/**
 * Records what this process does inside onnxruntime, readable from outside: a model that never returns blocks
 * this thread, and one that crashes destroys all memory. Of the pending calls, the oldest one is running,
 * because onnxruntime takes them in order. The record that survives is only written when the version changes,
 * because a system call for every request would be noticeable; for a while after a crash it is written each
 * time (`careful`), so that the next crash can be attributed.
 */
export function createBusy({ shared, write }: Places): Busy {
  const waiting: Doing[] = [];
  let entered: Doing | undefined;
  let careful = false;

  function note(doing: Doing): void {
    if (entered?.slot === doing.slot && entered.phase === doing.phase) return;
    entered = doing;
    write(doing);
  }

  function show(): void {
    const [first] = waiting;
    shared[0] = first?.slot ?? 0;
    shared[1] = first?.phase ?? IDLE;
    shared[2] = Math.min(first?.amount ?? 0, 0x7fff_ffff);
    shared[3] = (shared[3] ?? 0) + 1;
    if (first) note(first);
    else if (entered && (careful || entered.phase === LOADING)) note({ ...entered, phase: IDLE });
  }

  function enter(doing: Doing): void {
    waiting.push(doing);
    if (waiting.length === 1) show();
  }

  function leave(doing: Doing): void {
    waiting.splice(waiting.indexOf(doing), 1);
    show();
  }

  const during = (doing: Doing) => {
    enter(doing);
    return () => leave(doing);
  };
  return {
    watch: (slot) => ({
      loading: (amount) => during({ slot, phase: LOADING, amount }),
      running: (amount) => during({ slot, phase: RUNNING, amount }),
    }),
    careful(on) {
      careful = on;
      show();
    },
  };
}
