import { hostname } from 'node:os';
import type { Clock } from '../core/clock.ts';
import type { GatewayReport, Gateways } from '../core/ports/gateways.ts';

/** How soon a change is reported. It is for comparisons every minute: no switch waits for it. */
const LOOK_EVERY_MS = 1000;
/** Several times within the time after which a gateway counts as silent. */
const REPORT_EVERY_MS = 15_000;

interface Parts {
  gateway: { readonly address: string; readonly serving: GatewayReport['endpoints'] };
  store: Pick<Gateways, 'report'>;
  environments: readonly string[];
  clock: Clock;
  failed(error: unknown): void;
}

/** Stores what a gateway serves, whenever that changes and every few seconds, until the returned function is called. */
export function reportServing({ gateway, store, environments, clock, failed }: Parts): () => void {
  const name = `${hostname()}:${new URL(gateway.address).port}`;
  let last = { text: '', at: Number.NEGATIVE_INFINITY };
  let storing = false;

  async function look(): Promise<void> {
    const endpoints = gateway.serving;
    const [text, now] = [JSON.stringify(endpoints), performance.now()];
    if (storing || (text === last.text && now - last.at < REPORT_EVERY_MS)) return;
    storing = true;
    try {
      await store.report({ name, at: clock.now(), environments, endpoints });
      last = { text, at: now };
    } catch (error) {
      failed(error);
      // An unreachable registry is not asked every second.
      last = { ...last, text, at: now };
    } finally {
      storing = false;
    }
  }
  void look();
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  return () => clearInterval(timer);
}
