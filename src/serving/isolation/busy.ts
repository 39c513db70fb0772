import type { Watch } from '../model.ts';
import { type Doing, IDLE, LOADING, RUNNING } from './register.ts';

interface Busy {
  /** Watches the calls of the version of that number. */
  watch(slot: number): Watch;
  careful(on: boolean): void;
}

interface Places {
  /** Read by the watchdog's thread: [slot, phase, amount, steps]. */
  shared: Int32Array;
  /** Writes where it survives the process. */
  write(doing: Doing): void;
}

/**
 * What this process is doing inside of onnxruntime, where others can read it: a model that never
 * returns stops this thread for good, and one that crashes takes all memory with it. Of the calls that
 * wait, the oldest is the one that runs: onnxruntime takes them in order. The write that survives is
 * made only when the version changes, since a system call a request would be felt; after a crash it is
 * made each time for a while (`careful`), so that the next one is nobody else's.
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
