import { createBackOff } from './back-off.ts';
import { openJournal } from './journal.ts';
import { type Kept, keepRunning, type Program } from './keep-running.ts';
import { shortLine } from './short-line.ts';

interface Member {
  name: string;
  stop(): Promise<void>;
  kill(): void;
}

/** All programs of a demo. The last one started is stopped first. */
export interface Crew {
  join(member: Member): void;
  /** Keeps a program running, with its output in a log file and its problems also on the terminal. */
  hire(program: Program): Promise<Kept>;
  dismiss(): Promise<void>;
  kill(): void;
}

/** Longer than a role needs to exit by itself. */
const DEADLINE_MS = 12_000;

export function createCrew(
  logs: string,
  notice: (text: string) => void,
  newBackOff = createBackOff,
): Crew {
  const members: Member[] = [];
  const gone = new Set<Member>();
  let dismissed = false;
  // During shutdown, programs complain about missing others: the files have it.
  const unlessDismissed = (text: string) => {
    if (!dismissed) notice(text);
  };
  return {
    join: (member) => void members.push(member),
    async hire(program) {
      const journal = await openJournal(logs, program.name);
      const ears = {
        journal,
        notice: unlessDismissed,
        onLine(line: string) {
          const text = shortLine(program.name, line);
          if (text !== undefined) unlessDismissed(text);
        },
      };
      const kept = keepRunning(program, ears, newBackOff());
      members.push({
        name: program.name,
        async stop() {
          await kept.stop(DEADLINE_MS);
          await journal.close();
        },
        kill: kept.kill,
      });
      return kept;
    },
    async dismiss() {
      dismissed = true;
      for (const member of members.toReversed()) {
        await member
          .stop()
          .catch((error: unknown) => notice(`stopping ${member.name}: ${String(error)}`));
        gone.add(member);
      }
    },
    kill() {
      dismissed = true;
      // Not those that have exited: another process may have their PID now.
      for (const member of members) if (!gone.has(member)) member.kill();
    },
  };
}
