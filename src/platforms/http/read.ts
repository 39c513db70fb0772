import { z } from 'zod';
import { BadInput } from '../../core/errors.ts';

/** IDs that callers generate: without `:` or `/`, so that they never equal a key of ours. */
export const CallerId = z
  .string()
  .regex(/^[\w-]{8,64}$/, 'must be 8 to 64 letters, digits, - or _');

/** @throws {BadInput} with one line that lists all errors and their places */
export function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  );
  throw new BadInput(`The request is not valid: ${faults.join('; ')}.`);
}

/** A line as typed, without its slash: the command's name and the words after it. */
export function splitLine(line: string): { command: string; input: string } {
  const [, command = '', input = ''] = /^(\S*)\s*([\s\S]*)$/.exec(line.trim()) ?? [];
  return { command, input };
}
