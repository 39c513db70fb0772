import { WheelhouseError } from '../core/errors.ts';

/** A workspace's program ended badly. Its author reads the log; a second try would end the same. */
export class ProgramFailed extends WheelhouseError {
  constructor(what: string, lastLines: readonly string[]) {
    const said =
      lastLines.length > 0 ? ` It said last:\n${lastLines.join('\n')}` : ' It said nothing.';
    super('user', `${what}${said}`, { next: '/logs RUN shows more.' });
  }
}
