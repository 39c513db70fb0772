import { pino } from 'pino';

/** JSON lines on standard error; standard output belongs to answers. Secrets never reach a log. */
export function createLog(role: string, level: string) {
  return pino(
    {
      level,
      base: { role, pid: process.pid },
      redact: [
        'token',
        '*.token',
        'password',
        '*.password',
        'headers.authorization',
        'headers.cookie',
      ],
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

export type Logger = ReturnType<typeof createLog>;
