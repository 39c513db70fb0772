import { logState } from '../cards/disk.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { type Endpoint, endpointId } from '../core/endpoint.ts';
import { type ModelSpec, specIn } from '../core/model.ts';
import type { Replies } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';

interface Log {
  warn(fields: object, words: string): void;
}

/**
 * Reports in the model's channels that its log cannot be written, because no caller can be told: one message
 * for the whole period, edited when it is over. If the registry is on the same disk, the message is sent when
 * it is over.
 */
export function createDiskNotice(
  models: { list(): readonly ModelSpec[] },
  replies: Pick<Replies, 'open' | 'show'>,
  log: Log,
  clock: Clock = systemClock,
) {
  const since = new Map<string, Date>();
  let last: Promise<void> = Promise.resolve();
  async function say(endpoint: Endpoint, begun: Date, why: string | undefined, dropped: number) {
    const { model, environment } = endpoint;
    const spec = models.list().find(({ name }) => name === model);
    const subject: Subject = `log:${endpointId(endpoint)}-${begun.getTime()}`;
    const state = logState({ model, environment, begun, ended: clock.now(), why, dropped });
    for (const home of spec ? specIn(spec, environment).homes : [])
      await replies.open(subject, home, state);
    if (why === undefined) await replies.show(subject, state);
  }
  return (endpoint: Endpoint, why: string | undefined, dropped: number): void => {
    const id = endpointId(endpoint);
    const begun = since.get(id) ?? clock.now();
    if (why !== undefined) since.set(id, begun);
    else since.delete(id);
    last = last
      .then(() => say(endpoint, begun, why, dropped))
      .catch((err: unknown) =>
        log.warn({ err, endpoint: id }, 'reporting that the log cannot be written'),
      );
  };
}
