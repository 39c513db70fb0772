/** A problem that must be fixed before a model can be used, and how. */
export interface Fault {
  what: string;
  next: string;
}

const MOST_SHOWN = 20;

/** All problems as one text, one per line, with the same advice only once. */
export function faultLines(faults: readonly Fault[]): string {
  const shown = faults.slice(0, MOST_SHOWN);
  const lines = shown.map(({ what, next }, at) =>
    shown[at + 1]?.next === next ? `- ${what}` : `- ${what} ${next}`,
  );
  const more = faults.length - shown.length;
  return [...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
}
