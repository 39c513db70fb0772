import { WheelhouseError } from '../core/errors.ts';

/** A workspace's program ended badly. Its author reads the log; a second try would end the same. */
export class ProgramFailed extends WheelhouseError {
  constructor(what: string, lastLines: readonly string[]) {
    const said =
      lastLines.length > 0 ? ` Last output:\n${lastLines.join('\n')}` : ' It printed nothing.';
    super('user', `${what}${said}`, { next: '/logs RUN shows more.' });
  }
}
