export interface Interrupts {
  /** Aborts at the first request to stop. */
  signal: AbortSignal;
  close(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm forwards the Ctrl-C that the terminal has already sent to us: one press, two signals. */
const SAME_PRESS_MS = 1000;

/** Listens for requests to stop; `onSecond` is called for the second one. */
export function listenForInterrupts(onSecond: () => void): Interrupts {
  const wish = new AbortController();
  let first: number | undefined;
  const heard = () => {
    if (first === undefined) {
      first = performance.now();
      wish.abort();
    } else if (performance.now() - first > SAME_PRESS_MS) onSecond();
  };
  for (const signal of SIGNALS) process.on(signal, heard);
  return {
    signal: wish.signal,
    close() {
      for (const signal of SIGNALS) process.off(signal, heard);
    },
  };
}
