import { z } from 'zod';

/** What a program may say on a line of its own. Everything else is log. */
const Report = z.union([
  z.object({ progress: z.number().min(0).max(1), message: z.string().max(300).default('') }),
  // Which names can be kept, metrics.ts says, in words.
  z.object({ metric: z.string().min(1), value: z.number() }),
  z.object({ artifact: z.string().min(1).max(100), path: z.string().min(1) }),
]);
export type Report = z.output<typeof Report>;

/** A report, or undefined for a line of log. */
export function readReport(line: string): Report | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed = Report.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** How the text of a Python dict that was meant as a report begins. */
const DICT = /^\{'(progress|metric|artifact)'\s*:/;

/**
 * Says of a line of log that it was probably meant as a report: once for each kind of report, so that a
 * loop that reports its progress does not fill the log with it.
 */
export function createHints(): (line: string) => string | undefined {
  const said = new Set<string>();
  return (line) => {
    const kind = DICT.exec(line)?.[1];
    if (kind === undefined || said.has(kind)) return undefined;
    said.add(kind);
    return `Wheelhouse: the line above is a Python dict and not JSON, so its ${kind} was not taken. Write print(json.dumps(…), flush=True).`;
  };
}
