import { z } from 'zod';
import { BadInput } from '../../core/errors.ts';

/** Ids that callers make: no `:` or `/`, so that they never meet the keys that we make. */
export const CallerId = z
  .string()
  .regex(/^[\w-]{8,64}$/, 'must be 8 to 64 letters, digits, - or _');

/** @throws {BadInput} one line with every fault and where it is. */
export function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  );
  throw new BadInput(`This request was not understood: ${faults.join('; ')}.`);
}

/** A line as typed, without its slash: the command's name and the words after it. */
export function splitLine(line: string): { command: string; input: string } {
  const [, command = '', input = ''] = /^(\S*)\s*([\s\S]*)$/.exec(line.trim()) ?? [];
  return { command, input };
}
