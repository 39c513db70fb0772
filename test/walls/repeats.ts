/** Lines that do not count as repeated code: imports, comments, and punctuation alone. */
const THIN = /^(?:import\b.*|\} from .*|\/\/.*|\/?\*.*|[\W_]*)$/;

/** The lines of a file that count, without indentation, with their numbers. */
function linesOf(text: string) {
  return text
    .split('\n')
    .map((line, at) => ({ text: line.trim(), number: at + 1 }))
    .filter((line) => !THIN.test(line.text));
}

/** Places that repeat a run of `most` + 1 lines, as `a.ts:10 repeats b.ts:40`; the first of each pair. */
export function repeatsIn(
  files: readonly { path: string; text: string }[],
  most: number,
): string[] {
  const first = new Map<string, { path: string; number: number }>();
  const found = new Map<string, string>();
  for (const { path, text } of files) {
    const lines = linesOf(text);
    for (let at = 0; at + most < lines.length; at += 1) {
      const run = lines.slice(at, at + most + 1);
      const key = run.map((line) => line.text).join('\n');
      const number = run[0]?.number ?? 0;
      const before = first.get(key);
      if (!before) first.set(key, { path, number });
      else {
        const pair = `${path} ${before.path}`;
        if (!found.has(pair))
          found.set(pair, `${path}:${number} repeats ${before.path}:${before.number}`);
      }
    }
  }
  return [...found.values()];
}
