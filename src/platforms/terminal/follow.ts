import { NotFound } from '../../core/errors.ts';
import type { Outcome } from '../../core/reply.ts';
import type { Client } from './client.ts';
import { patiently } from './patience.ts';
import type { Progress } from './progress.ts';
import { renderLine } from './render.ts';
import type { Watched } from './wire.ts';

const POLL_S = 25;
/** Checks by a machine take seconds; if they take longer, waiting does not help. */
const CHECKING_MS = 120_000;

interface FollowOptions {
  /** Also waits for people and long work, and not only for checks by a machine. */
  wait: boolean;
  /** The invocation may not exist: gives up soon if it does not. */
  unsure?: boolean;
  progress: Progress;
  signal: AbortSignal;
  /** Called with each new state. */
  seen(state: Watched): void;
}

export function isWaitedFor(outcome: Outcome, wait: boolean): boolean {
  return outcome === 'checking' || (wait && outcome === 'pending');
}

/**
 * The final state; undefined if it took too long.
 * Works across restarts of the bot, because it polls the state of the invocation.
 */
export async function follow(
  client: Client,
  invocation: string,
  { wait, unsure = false, progress, signal, seen }: FollowOptions,
): Promise<Watched | undefined> {
  const since = performance.now();
  let revision = 0;
  let said = 0;
  const lost = () => progress.say('Wheelhouse is not responding; retrying for a minute.');
  while (wait || performance.now() - since < CHECKING_MS) {
    const seconds = unsure && revision === 0 ? 3 : POLL_S;
    const state = await patiently(() => client.watch(invocation, revision, seconds, signal), {
      signal,
      lost,
    });
    if (!state && unsure && revision === 0) throw unknown(invocation);
    if (!state) continue;
    revision = state.revision;
    seen(state);
    for (const word of state.thread.slice(said)) progress.say(renderLine(word, 200));
    said = state.thread.length;
    if (!isWaitedFor(state.outcome, wait)) return state;
    progress.show(state.card);
  }
  return undefined;
}

/** Other things that have IDs, and the commands for them. */
const OTHERS: Readonly<Record<string, string>> = {
  run: 'the ID of a run. Use `npx wheelhouse logs ID` and `npx wheelhouse runs` for that',
  approval: 'the ID of a request to promote. Use `npx wheelhouse approvals` for that',
  alert: 'the ID of an alert. Use `npx wheelhouse alerts` for that',
  deployment: 'the ID of a deployment. Use `npx wheelhouse status` for that',
};

function unknown(id: string): NotFound {
  const [kind = ''] = id.split('-');
  const other = Object.hasOwn(OTHERS, kind) ? OTHERS[kind]?.replace('ID`', `${id}\``) : undefined;
  return new NotFound(
    `Unknown id ${JSON.stringify(id)}.${other === undefined ? '' : ` It looks like ${other}.`}`,
    { next: '--follow takes the ID that an earlier command printed in "Follow it: …".' },
  );
}
