import { WheelhouseError } from '../core/errors.ts';

/** A workspace's program failed. Its author reads the log; a retry would fail in the same way. */
export class ProgramFailed extends WheelhouseError {
  constructor(what: string, lastLines: readonly string[]) {
    const said =
      lastLines.length > 0 ? ` Last output:\n${lastLines.join('\n')}` : ' It printed nothing.';
    super('user', `${what}${said}`, { next: '/logs RUN shows more.' });
  }
}
