import { readFileSync, writeSync } from 'node:fs';
import { z } from 'zod';

/** A fault that the person who started the run can mend: shown as one line, without a stack. */
export class Unusable extends Error {
  override name = 'Unusable';
}

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const Request = z.object({
  run: z.string(),
  model: z.string(),
  window: z.object({ from: instant, to: instant }),
  parameters: z.record(z.string(), z.unknown()).default({}),
  accepted: z.array(z.string()).optional(),
  out: z.string().optional(),
  data: z.string().optional(),
  features: z.record(z.string(), z.enum(['number', 'category'])).default({}),
  classes: z.array(z.string()).optional(),
});

/**
 * Reads the request that Wheelhouse wrote for this program.
 * @throws Unusable when the file is missing, is no JSON or lacks a field.
 */
export function readRequest(env: NodeJS.ProcessEnv = process.env) {
  const path = env['WHEELHOUSE_REQUEST'];
  if (!path) {
    throw new Unusable('reading the request: WHEELHOUSE_REQUEST is not set; start it from a run');
  }
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Unusable(`reading the request ${path}: ${oneLine(cause)}`, { cause });
  }
  const { out, data, ...request } = checked(Request, content, `reading the request ${path}`);
  return {
    ...request,
    out: out ?? env['WHEELHOUSE_OUT'],
    data: data ?? env['WHEELHOUSE_DATA'],
  };
}

/** @throws Unusable naming every field at fault, on one line. */
export function checked<S extends z.ZodType>(
  schema: S,
  value: unknown,
  doing: string,
): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Unusable(`${doing}: ${faults.join('; ')}`);
}

/**
 * The key of `choices` that an argument of the program names.
 * @throws Unusable listing the keys where it names none.
 */
export function oneOf<C extends object>(
  choices: C,
  word: string | undefined,
  what: string,
): Extract<keyof C, string> {
  for (const key in choices) if (key === word) return key;
  const keys = Object.keys(choices).join(', ');
  throw new Unusable(
    `starting: the argument is ${what}, one of ${keys}; it is ${word ?? 'missing'}`,
  );
}

type Report =
  | { progress: number; message?: string }
  | { metric: string; value: number }
  | { artifact: string; path: string };

/** Written at once, so that a report made inside a long computation is not held back by it. */
export function report(line: Report): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

/** Runs a program: one line on standard error and exit code 1 when it fails. */
export async function run(program: () => Promise<void>): Promise<void> {
  try {
    await program();
  } catch (error) {
    process.exitCode = 1;
    console.error(error instanceof Unusable ? error.message : error);
  }
}

export function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ');
}
