import type { App } from '@slack/bolt';
import { within } from '../patience.ts';

/** Where what Slack delivers goes in, whichever way it came. */
export interface Gate {
  init(app: App): void;
  /**
   * Resolves with what to acknowledge it with, once it is stored; rejects where it could not be, so
   * that it is not acknowledged and Slack delivers it again.
   */
  listen(body: Record<string, unknown>, retryNum?: number): Promise<unknown>;
  /** From now on nothing comes in. Resolves when what did is through, or has had its time. */
  shut(): Promise<void>;
}

const PATIENCE_MS = 5000;

export function createGate(): Gate {
  let app: App | undefined;
  let isShut = false;
  const inside = new Set<Promise<unknown>>();

  /** Bolt acknowledges events before it passes them on: for them it is the end that counts. */
  function listen(body: Record<string, unknown>, retryNum?: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let first: { payload: unknown } | undefined;
      const isEvent = body['type'] === 'event_callback';
      const ack = async (payload?: unknown) => {
        first ??= { payload };
        if (!isEvent) resolve(payload);
      };
      const event = { body, ack, ...(retryNum !== undefined && { retryNum }) };
      const processed = app?.processEvent(event) ?? Promise.reject(new Error('nobody listens yet'));
      processed.then(() => resolve(first?.payload), reject);
    });
  }

  return {
    init(listening) {
      app = listening;
    },
    listen(body, retryNum) {
      if (isShut) return Promise.reject(new Error('the Slack adapter is closing'));
      const heard = listen(body, retryNum);
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
