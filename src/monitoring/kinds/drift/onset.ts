/** One judged window, oldest first: whether the column had drifted in it. */
interface Judged {
  drifted: boolean;
}

/**
 * The window from which a drift that is there in the newest one has lasted: the first drifted window
 * with fewer than `quiet` windows without drift in a row after it, which is what would have ended an
 * alert. Undefined where no window drifted.
 */
export function onsetOf<W extends Judged>(windows: readonly W[], quiet: number): W | undefined {
  let onset: W | undefined;
  let calm = 0;
  for (const window of [...windows].reverse()) {
    calm = window.drifted ? 0 : calm + 1;
    if (calm >= quiet) break;
    if (window.drifted) onset = window;
  }
  return onset;
}
