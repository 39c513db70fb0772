import type { KindSample } from '../../../contracts/monitor-kind.ts';

/** Most rows with label "no" are removed; the others are unchanged. */
export const sample: KindSample = {
  spoil(rows) {
    const labels = rows['label'] ?? [];
    const kept = labels.flatMap((label, row) => (label === 1 || row % 5 === 0 ? [row] : []));
    return Object.fromEntries(
      Object.entries(rows).map(([name, values]) => [name, kept.map((row) => values[row])]),
    );
  },
  settings: { tolerance: 0.03 },
  contradiction: {
    settings: { tolerance: 0, max_condition: 1 },
    words: /max_condition/,
  },
};
