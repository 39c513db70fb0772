import { logState } from '../cards/disk.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import type { ModelSpec } from '../core/model.ts';
import type { Replies } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';

interface Log {
  warn(fields: object, words: string): void;
}

/**
 * Says in the model's channels that its log cannot be written, since nobody asked who could be told: one
 * message for as long as it lasts, edited when it is over. Where the registry lies on the same disk, the
 * message comes when it is over.
 */
export function createDiskNotice(
  models: { list(): readonly Pick<ModelSpec, 'name' | 'homes'>[] },
  replies: Pick<Replies, 'open' | 'show'>,
  log: Log,
  clock: Clock = systemClock,
) {
  const since = new Map<string, Date>();
  let last: Promise<void> = Promise.resolve();
  async function say(model: string, begun: Date, why: string | undefined, dropped: number) {
    const spec = models.list().find(({ name }) => name === model);
    const subject: Subject = `log:${model}-${begun.getTime()}`;
    const state = logState({ model, begun, ended: clock.now(), why, dropped });
    for (const home of spec?.homes ?? []) await replies.open(subject, home, state);
    if (why === undefined) await replies.show(subject, state);
  }
  return (model: string, why: string | undefined, dropped: number): void => {
    const begun = since.get(model) ?? clock.now();
    if (why !== undefined) since.set(model, begun);
    else since.delete(model);
    last = last
      .then(() => say(model, begun, why, dropped))
      .catch((err: unknown) => log.warn({ err, model }, 'telling that the log cannot be written'));
  };
}
