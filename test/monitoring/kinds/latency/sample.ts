import type { KindSample } from '../../../contracts/monitor-kind.ts';

/** Every tenth request fails. */
export const sample: KindSample = {
  spoil: (rows) => ({ ...rows, failed: (rows['failed'] ?? []).map((_, at) => at % 10 === 0) }),
  settings: { p95: '40 ms', p99: 50, errors: '2%' },
  contradiction: {
    settings: { p95: 200, p99: '0.1 s' },
    words: /p95 \(200 ms\) is greater than p99 \(100 ms\)/,
  },
  withoutReference: 'opens',
};
