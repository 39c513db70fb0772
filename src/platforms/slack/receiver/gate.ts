import type { App } from '@slack/bolt';
import { within } from '../patience.ts';

interface Delivery {
  retryNum: number | undefined;
  /** When the acknowledgement was sent, by `performance.now()`; undefined if it may not have reached Slack. */
  sent: Promise<number | undefined>;
}

/** When something arrived, by `performance.now()`, and when its acknowledgement was sent: see `Delivery`. */
export interface Arrival extends Pick<Delivery, 'sent'> {
  at: number;
}

/** Accepts what Slack delivers, by HTTP or Socket Mode. */
export interface Gate {
  init(app: App): void;
  /**
   * Resolves with the acknowledgement once the event is stored; rejects if it could not be stored, so that it is not
   * acknowledged and Slack delivers it again.
   */
  listen(body: Record<string, unknown>, delivery: Delivery): Promise<unknown>;
  /** Accepts no more events. Resolves when the pending ones are done, or their time is up. */
  shut(): Promise<void>;
}

const PATIENCE_MS = 5000;

export function createGate(): Gate {
  let app: App | undefined;
  let isShut = false;
  const inside = new Set<Promise<unknown>>();

  /** Bolt acknowledges events before it handles them: for these, the end of handling counts. */
  function listen(body: Record<string, unknown>, { retryNum, sent }: Delivery): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let first: { payload: unknown } | undefined;
      const isEvent = body['type'] === 'event_callback';
      const ack = async (payload?: unknown) => {
        first ??= { payload };
        if (!isEvent) resolve(payload);
      };
      const event = {
        ...{ body, ack, customProperties: { sent, at: performance.now() } },
        ...(retryNum !== undefined && { retryNum }),
      };
      const processed = app?.processEvent(event) ?? Promise.reject(new Error('nobody listens yet'));
      processed.then(() => resolve(first?.payload), reject);
    });
  }

  return {
    init(listening) {
      app = listening;
    },
    listen(body, delivery) {
      if (isShut) return Promise.reject(new Error('the Slack adapter is closing'));
      const heard = listen(body, delivery);
      inside.add(heard);
      const leave = () => inside.delete(heard);
      heard.then(leave, leave);
      return heard;
    },
    async shut() {
      isShut = true;
      await within(PATIENCE_MS, Promise.allSettled(inside));
    },
  };
}

/** Of what a listener handles, from the context that Bolt gives it. */
export function arrivalIn({ at, sent }: Record<string, unknown>): Arrival {
  return {
    at: typeof at === 'number' ? at : performance.now(),
    sent: Promise.resolve(sent).then((when) => (typeof when === 'number' ? when : undefined)),
  };
}
