import { z } from 'zod';

const WARN = 40;
const ERROR = 50;

const Record = z.object({
  level: z.number(),
  msg: z.string().default(''),
  err: z.object({ message: z.string() }).partial().optional(),
});

/**
 * @param line a line of a role's log, as written by pino
 * @returns what a person at the terminal should read; undefined for what is only of interest in the file
 */
export function shortLine(role: string, line: string): string | undefined {
  const record = Record.safeParse(json(line)).data;
  if (!record || record.level < WARN) return undefined;
  const { level, msg, err } = record;
  const why = err?.message === undefined || err.message === msg ? '' : err.message;
  const [text = ''] = [msg, why]
    .filter((part) => part !== '')
    .join(': ')
    .split('\n');
  return `${role}: ${level >= ERROR ? 'error' : 'warning'}: ${cut(text)}`;
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function cut(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
