// Plain JavaScript, because the supervisor of a training uses it, which has no TypeScript loader.
import { writeFileSync } from 'node:fs';

/** A third of the usual share: with the lowest priority, a process on a busy machine would not start within a minute. */
const NICE = { low: 5, usual: 0 };

/** Linux refuses a second change within 100 ms, whoever asks for it. */
const AGAIN_MS = 150;
const TRIES = 20;

/**
 * How much of a busy processor a process gets beside the others. A process that was started `detached` is a session of
 * its own, and Linux divides the processor among sessions first: a priority inside the session would change nothing.
 * That of a session can also be raised again without privileges, which `os.setPriority` cannot. Where sessions are not
 * told apart (in a container with a limit, on other systems), nothing changes.
 */
export function setSessionPriority(pid, priority, tries = TRIES) {
  if (pid === undefined || process.platform !== 'linux') return;
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(NICE[priority]));
  } catch (error) {
    // Otherwise it has ended, or the kernel does not know sessions.
    if (error.code === 'EAGAIN' && tries > 1)
      setTimeout(() => setSessionPriority(pid, priority, tries - 1), AGAIN_MS).unref();
  }
}
