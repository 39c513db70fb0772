/** One evaluated window, oldest first: whether the column had drifted in it. */
interface Judged {
  drifted: boolean;
}

/**
 * The window in which the current drift began: the first drifted window that was not followed by `quiet`
 * windows in a row without drift, which would have ended an alert. Undefined if no window drifted.
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
