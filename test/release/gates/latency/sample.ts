import type { GateSample } from '../../../contracts/gate.ts';

const latency = (p99: number, rows = 300) => ({ latency: { rows, p50: 0.2, p99 } });

export const sample: GateSample = {
  gate: { max_latency_ms: 2 },
  passes: latency(2),
  fails: [
    { evidence: latency(2.5), words: /took 2\.5 ms or more/, change: /0\.5 ms faster/ },
    { evidence: { latency: undefined }, words: /not measured/, change: /again/ },
    { evidence: latency(Number.NaN, 0), words: /not measured/, change: /again/ },
    { evidence: latency(Number.NaN), words: /./, change: /./ },
  ],
  contradictions: [{ gate: { max_latency_ms: 0 }, words: /./ }],
};
