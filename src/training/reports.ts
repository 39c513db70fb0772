import { z } from 'zod';

/** What a program may report on a line. Everything else is log output. */
const Report = z.union([
  z.object({ progress: z.number().min(0).max(1), message: z.string().max(300).default('') }),
  // metrics.ts decides, with a message, which names can be stored.
  z.object({ metric: z.string().min(1), value: z.number() }),
  // Of the shim, which runs programs elsewhere: see engines/shim.py.
  z.object({ handed_over: z.string().min(1).max(100), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  z.object({ artifact: z.string().min(1).max(100), path: z.string().min(1) }),
]);
export type Report = z.output<typeof Report>;

/** A report, or undefined for log output. */
export function readReport(line: string): Report | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed = Report.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Start of the text of a Python dict that was meant as a report. */
const DICT = /^\{'(progress|metric|artifact)'\s*:/;

/**
 * Adds a hint that a line was probably meant as a report: once for each kind of report, so that a loop does not
 * fill the log with it.
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
