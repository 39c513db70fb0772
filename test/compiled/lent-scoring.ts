import type { ChildProcess } from 'node:child_process';
import type { ForkScoring } from '../../src/serving/scoring/messages.ts';
import { forkScoring } from './fork.ts';

interface Loan {
  child: ChildProcess;
  /** Pending requests; the first is that it is up. */
  owed: number;
}

/**
 * Scoring processes that are reused once they are returned, for tests that are not about their start and end (see
 * `test/serving/scoring.test.ts`). One that is killed with a pending request is really killed.
 */
export function lendScoring(): { fork: ForkScoring; end(): void } {
  const idle = new Set<Loan>();
  const start = (): Loan => {
    const loan = { child: forkScoring(), owed: 1 };
    loan.child.setMaxListeners(0);
    loan.child.on('message', () => {
      loan.owed -= 1;
    });
    loan.child.once('exit', () => idle.delete(loan));
    return loan;
  };
  const again = (loan: Loan): Loan => {
    idle.delete(loan);
    loan.owed = 1;
    setImmediate(() => loan.child.emit('message', { type: 'up' }));
    return loan;
  };
  return {
    fork: () => {
      const [spare] = idle;
      return lent(spare ? again(spare) : start(), idle);
    },
    end() {
      for (const { child } of idle) child.kill('SIGKILL');
    },
  };
}

/** The process as its borrower sees it: killing it returns it, and works once. */
function lent(loan: Loan, idle: Set<Loan>): ChildProcess {
  const { child } = loan;
  let returned = false;
  const kill: ChildProcess['kill'] = (signal) => {
    if (returned) return false;
    returned = true;
    if (loan.owed > 0) return child.kill(signal);
    idle.add(loan);
    return true;
  };
  const send = (...words: [never]): boolean => {
    loan.owed += 1;
    return child.send(...words);
  };
  return new Proxy(child, {
    get(target, name) {
      if (name === 'kill') return kill;
      if (name === 'send') return send;
      const own: unknown = Reflect.get(target, name);
      return typeof own === 'function' ? own.bind(target) : own;
    },
  });
}
