// Says which process a process is: a process ID alone is used again. Plain JavaScript, as the supervisor needs it.
// Outside of Linux there are no answers, and a process ID has to do.
import { readFileSync, readlinkSync } from 'node:fs';

/** Clock ticks in a second: always 100 for what Linux shows to programs. */
const TICKS = 100;

/** When a process started, in clock ticks since the boot; undefined if there is no such process, or it has ended. */
export function startOf(pid) {
  const fields = statOf(pid);
  return fields === undefined || fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

/** Changes with every boot of the machine. */
export function bootId() {
  return read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
}

/** Within one of these, a process ID means the same process to everybody. */
export function namespaceId() {
  return read(() => readlinkSync('/proc/self/ns/pid'));
}

/** CPU time of all children of this process that have ended, with their own. */
export function cpuSecondsOfChildren() {
  const fields = statOf(process.pid);
  return fields === undefined ? undefined : (Number(fields[13]) + Number(fields[14])) / TICKS;
}

/** The fields of proc_pid_stat(5) from the state on, which is field 3: the name before it may hold anything. */
function statOf(pid) {
  return read(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  });
}

function read(look) {
  try {
    return look();
  } catch {
    return undefined;
  }
}
