import { withoutSecrets } from '../core/secrets.ts';

/** As deep as anybody reads; what lies deeper may be a whole client with its options. */
const DEEPEST = 6;
const MOST = 200;
/** Words that are credentials whatever they hold. */
const CREDENTIAL =
  /^(?:token|password|passwd|secret|authorization|cookie|set-cookie|api_?key|(?:bot|app|access|refresh)_?token|(?:signing|client)_?secret)$/i;

type Fields = Record<string, unknown>;

/**
 * What a log may hold of anything that is handed to it: plain values, without secrets. Errors lose all
 * but their words, their causes and their plain properties, so that no command's arguments and no
 * request's headers come along, e.g. the password in ioredis's `command.args`.
 */
export function loggable(value: unknown, depth = 0, seen: readonly object[] = []): unknown {
  if (typeof value === 'string') return withoutSecrets(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null)
    return typeof value === 'function' || typeof value === 'symbol' ? undefined : value;
  if (seen.includes(value)) return '[circular]';
  if (depth >= DEEPEST) return '[deeper]';
  const inner = (part: unknown) => loggable(part, depth + 1, [...seen, value]);
  if (value instanceof Error) return ofError(value, inner);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof URL) return withoutSecrets(value.href);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Map || value instanceof Set) return inner([...value]);
  if (Array.isArray(value)) return value.slice(0, MOST).map(inner);
  return fields(Object.entries(value).slice(0, MOST), inner);
}

function ofError(error: Error, inner: (part: unknown) => unknown): Fields {
  const entries = Object.entries(error);
  // Strings, numbers and booleans alone, e.g. `code`: an object there is what somebody worked with.
  const plain = entries.filter(([, part]) => typeof part !== 'object' || part === null);
  const { command } = Object.fromEntries(entries);
  const name = typeof command === 'object' && command && 'name' in command && command.name;
  return {
    type: error.name,
    message: withoutSecrets(String(error.message)),
    stack: withoutSecrets(String(error.stack ?? '')),
    ...fields(plain, inner),
    ...(typeof name === 'string' && { command: withoutSecrets(name) }),
    ...(error instanceof AggregateError && { errors: inner(error.errors) }),
    ...(error.cause !== undefined && { cause: inner(error.cause) }),
  };
}

function fields(entries: readonly [string, unknown][], inner: (part: unknown) => unknown): Fields {
  return Object.fromEntries(
    entries.map(([key, part]) => [
      withoutSecrets(key),
      CREDENTIAL.test(key) && part !== undefined ? '[Redacted]' : inner(part),
    ]),
  );
}
