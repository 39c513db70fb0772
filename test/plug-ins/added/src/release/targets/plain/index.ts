import { z } from 'zod';
import { defineTarget } from '../../../core/define-target.ts';
import { Unreachable } from '../../../core/errors.ts';
import type { TargetReach } from '../../../core/target-kind.ts';
import { readObserved } from '../observed.ts';

/** A document at an address within a private network: put, read and deleted, without a signature. */
export const plain = defineTarget({
  name: 'plain',
  summary: 'A document at an address',
  settings: z.object({ document: z.url(), readable: z.boolean().default(true) }),

  async apply({ timeoutMs, settings }, wanted, id, reach) {
    const body = JSON.stringify({ id, ...wanted });
    await call(settings.document, { method: 'PUT', body }, { timeoutMs, reach });
  },

  async remove({ timeoutMs, settings }, nothing, id, reach) {
    const body = JSON.stringify({ id, ...nothing });
    await call(settings.document, { method: 'PUT', body }, { timeoutMs, reach });
  },

  async observe({ name, timeoutMs, settings }, { model, environment }, reach) {
    if (!settings.readable) return undefined;
    const doing = `Observing ${model} in ${environment} at the target ${name}`;
    try {
      return readObserved(await call(settings.document, {}, { timeoutMs, reach }), doing);
    } catch (cause) {
      if (cause instanceof Unreachable && cause.message.startsWith('Observing')) throw cause;
      throw new Unreachable(`${doing}: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      });
    }
  },
});

async function call(
  url: string,
  init: RequestInit,
  { timeoutMs, reach: { fetch, signal } }: { timeoutMs: number; reach: TargetReach },
): Promise<string> {
  const late = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, { ...init, signal: AbortSignal.any([signal, late]) }).catch(
    (cause: unknown) => {
      const words = late.aborted ? 'its time is over' : 'it does not answer';
      throw new Unreachable(`${new URL(url).host}: ${words}.`, { cause });
    },
  );
  const text = await response.text();
  if (response.ok) return text;
  throw new Unreachable(`${new URL(url).host} answered ${response.status}.`);
}
