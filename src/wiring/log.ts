import { type DestinationStream, pino } from 'pino';
import { currentTrace } from '../core/trace.ts';
import { loggable } from './log-fields.ts';

/** JSON lines on standard error; standard output belongs to answers. Secrets never reach a log. */
export function createLog(
  role: string,
  level: string,
  to: DestinationStream = pino.destination({ dest: 2, sync: true }),
) {
  return pino(
    {
      level,
      base: { role, pid: process.pid },
      mixin() {
        const trace = currentTrace();
        return trace ? { trace_id: trace.id } : {};
      },
      serializers: { err: (err: unknown) => err }, // It is plain by then.
      hooks: {
        // Here, and not in `redact` or a serializer: those know a few places, a secret may stand anywhere.
        logMethod(given, method) {
          const [about, ...words] = given.map((part) =>
            loggable(part instanceof Error ? { err: part } : part),
          );
          method.call(this, about, ...words.map(String));
        },
      },
    },
    to,
  );
}

export type Logger = ReturnType<typeof createLog>;
