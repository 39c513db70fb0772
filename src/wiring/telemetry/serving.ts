import { type Endpoint, endpointId } from '../../core/endpoint.ts';
import type { Part } from '../../core/ports/health.ts';
import type { Gateway } from '../../serving/gateway.ts';
import type { CountedTraffic } from '../../serving/traffic.ts';
import { SERVING } from '../../telemetry/catalogue/serving.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';

/** Counts what the processes of a gateway report every few seconds: none of its requests is slower for it. */
export function watchServing(telemetry: Pick<Telemetry, 'meters' | 'onLook'>) {
  const { meters } = telemetry;
  const droppedSoFar = new Map<string, number>();
  return {
    onTraffic(counted: readonly CountedTraffic[]): void {
      for (const one of counted) count(one);
    },
    onDropped(endpoint: Endpoint, dropped: number): void {
      const id = endpointId(endpoint);
      const before = droppedSoFar.get(id) ?? 0;
      droppedSoFar.set(id, dropped);
      // Fewer than before: another process answers, and counts from the start.
      const more = dropped < before ? dropped : dropped - before;
      const { model, environment } = endpoint;
      if (more > 0) meters.count(SERVING.dropped, { model, environment }, more);
    },
    follow(gateway: Pick<Gateway, 'serving'>): void {
      telemetry.onLook(() => look(gateway));
    },
  };

  function count(one: CountedTraffic): void {
    const { model, environment, requests, failures, latencies } = one;
    const endpoint = { model, environment };
    const answered = requests - failures;
    if (answered > 0)
      meters.count(SERVING.predictions, { ...endpoint, outcome: 'answered' }, answered);
    if (failures > 0)
      meters.count(SERVING.predictions, { ...endpoint, outcome: 'failed' }, failures);
    if (latencies.length > 0) meters.observeAll(SERVING.predictionDuration, endpoint, latencies);
    if (one.elsewhere > 0) meters.count(SERVING.elsewhere, endpoint, one.elsewhere);
    if (one.labels > 0) meters.count(SERVING.labels, endpoint, one.labels);
  }

  function look({ serving }: Pick<Gateway, 'serving'>): void {
    const of = ({ model, environment }: Endpoint) => ({ model, environment });
    meters.replace(
      SERVING.answering,
      serving.map((one) => [of(one), Number(one.version !== undefined && !one.problem)]),
    );
    const answered = serving.flatMap((one) =>
      one.version === undefined ? [] : [{ ...of(one), version: String(one.version) }],
    );
    meters.replace(
      SERVING.servedVersion,
      answered.map((labels) => [labels, 1]),
    );
    const challengers = serving.filter(({ challenger }) => challenger).length;
    meters.set(SERVING.sessions, {}, answered.length + challengers);
  }
}

/** Whether the processes of a gateway answer: asked as any caller asks. */
export function gatewayPart(gateway: Pick<Gateway, 'address'>): Part {
  return {
    name: 'gateway',
    async check() {
      const url = `${gateway.address}/v2/health/ready`;
      const { ok } = await fetch(url, { signal: AbortSignal.timeout(1500) });
      if (!ok) throw new Error('The gateway does not know yet what is live.');
    },
  };
}
