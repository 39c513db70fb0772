import { hostname } from 'node:os';
import type { Clock } from '../core/clock.ts';
import { type GatewayReport, type Gateways, SILENT_AFTER_MS } from '../core/ports/gateways.ts';

/** How soon a change is reported. With several gateways, the confirmation of a switch waits for it. */
const LOOK_EVERY_MS = 500;
/** Several times within the time after which a gateway counts as silent. */
const REPORT_EVERY_MS = SILENT_AFTER_MS / 4;

interface Parts {
  gateway: { readonly address: string; readonly serving: GatewayReport['endpoints'] };
  store: Pick<Gateways, 'report' | 'leave'>;
  environments: readonly string[];
  clock: Clock;
  failed(error: unknown): void;
}

/**
 * Stores what a gateway serves, whenever that changes and every few seconds, until the returned function is called: then
 * it is not waited for any more.
 */
export function reportServing({
  gateway,
  store,
  environments,
  clock,
  failed,
}: Parts): () => Promise<void> {
  const name = `${hostname()}:${new URL(gateway.address).port}`;
  let last = { text: '', at: Number.NEGATIVE_INFINITY };
  let storing: Promise<void> | undefined;

  async function look(): Promise<void> {
    const endpoints = gateway.serving;
    const [text, now] = [JSON.stringify(endpoints), performance.now()];
    if (storing || (text === last.text && now - last.at < REPORT_EVERY_MS)) return;
    storing = store
      .report({ name, at: clock.now(), environments, endpoints })
      .then(
        () => {
          last = { text, at: now };
        },
        (error: unknown) => {
          failed(error);
          // An unreachable registry is not asked every second.
          last = { ...last, text, at: now };
        },
      )
      .finally(() => {
        storing = undefined;
      });
    await storing;
  }
  void look();
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await storing;
    await store.leave(name).catch(failed);
  };
}
