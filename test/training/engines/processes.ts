import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

interface Process {
  pid: number;
  parent: number;
  words: string[];
}

/** All of this machine, also those in a namespace of their own. */
function processes(): Process[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      return [{ pid: Number(name), parent, words }];
    } catch {
      return []; // It has ended.
    }
  });
}

/** Processes with a word in their arguments; those of the shell that starts them do not count. */
export function processesWith(word: string): number[] {
  return processes()
    .filter(({ words }) => words[1] === '-e' && words[2]?.includes(word))
    .map(({ pid }) => pid);
}

/** The processes that one has started, and those that they have. */
export function descendantsOf(pid: number): number[] {
  const all = processes();
  const below = (one: number): number[] =>
    all.filter(({ parent }) => parent === one).flatMap((child) => [child.pid, ...below(child.pid)]);
  return below(pid);
}

/** The shim that runs an execution, and the process that started it. */
export function shimOf(id: string): { pid: number; parent: number } | undefined {
  return processes().find(({ pid, words }) => {
    if (words[1] !== '-c') return false;
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      // What it leaves behind as its guard has the same, but prints nowhere.
      const prints = readlinkSync(`/proc/${pid}/fd/1`) !== '/dev/null';
      return prints && environment.includes('WHEELHOUSE_ORDER=') && environment.includes(`"${id}"`);
    } catch {
      return false; // It has ended.
    }
  });
}
