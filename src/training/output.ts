import { createLogWriter } from './log-writer.ts';
import { collectMetrics } from './metrics.ts';
import { fullWords } from './output-limit.mjs';
import { createHints, readReport } from './reports.ts';

/** How much of the log a message shows. */
const KEPT_LINES = 20;
const KEPT_LENGTH = 300;
/** Two of them mean something; a program in a loop must not fill the memory. */
const MOST_ARTIFACTS = 100;

interface Options {
  /** Writes lines of log, joined by line breaks; undefined: nothing is logged. */
  write: ((lines: string) => Promise<void>) | undefined;
  onProgress(share: number, message: string): void;
  /** Where a reported artifact is. Throws if it cannot be there. */
  place(path: string): string;
  /** What it said before, of a program that is adopted. */
  before?: Heard | undefined;
  /** How much log is written; default: all, of a program whose engine limits it. */
  outputBytes?: number;
}

/** What a program has reported so far, and its last lines of log. */
export interface Heard {
  metrics: Record<string, number>;
  /** Where they are, by name. */
  artifacts: Record<string, string>;
  /** SHA-256 of those that were handed over by another machine, by name. */
  sent: Record<string, string>;
  last: string[];
}

export interface Output {
  /** A line that is a report or log. */
  said(line: string): Promise<void>;
  /** A line that is only log. */
  logged(line: string): Promise<void>;
  readonly heard: Heard;
  /** Resolves when all lines are written. */
  flush(): Promise<void>;
}

/** Tells the reports of a program from its log: see docs/training-contract.md. */
export function createOutput({ write, onProgress, place, before, outputBytes }: Options): Output {
  const metrics = collectMetrics(before?.metrics);
  const hintFor = createHints();
  const heard: Heard = {
    metrics: metrics.kept,
    artifacts: { ...before?.artifacts },
    sent: { ...before?.sent },
    last: [...(before?.last ?? [])],
  };
  const log = write && createLogWriter(write);
  const most = outputBytes ?? Number.POSITIVE_INFINITY;
  let length = 0;

  async function logged(line: string): Promise<void> {
    heard.last.push(line.slice(0, KEPT_LENGTH));
    if (heard.last.length > KEPT_LINES) heard.last.shift();
    if (length > most) return;
    length += Buffer.byteLength(line) + 1;
    await log?.add(length > most ? fullWords(most) : line);
  }

  return {
    heard,
    logged,
    async said(line) {
      const report = readReport(line);
      if (!report) {
        await logged(line);
        const hint = hintFor(line);
        if (hint !== undefined) await logged(hint);
      } else if ('progress' in report) onProgress(report.progress, report.message);
      else if ('metric' in report) {
        const refused = metrics.add(report.metric, report.value);
        if (refused !== undefined) await logged(refused);
      } else if ('handed_over' in report) heard.sent[report.handed_over] = report.sha256;
      else if (Object.keys(heard.artifacts).length < MOST_ARTIFACTS)
        heard.artifacts[report.artifact] = place(report.path);
    },
    flush: async () => log?.flush(),
  };
}
