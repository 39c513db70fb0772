import type { Slice } from '../../../../src/core/evaluation-report.ts';
import type { GateSample } from '../../../contracts/gate.ts';

const slice = (change: Partial<Slice>): Slice => ({
  ...{ column: 'carrier', value: 'AA', rows: 400, inside: 0.3, outside: 0.2 },
  ...{ worse: { by: 0.1, low: 0.05, high: 0.15 }, p: 1e-6, adjustedP: 0.001, isWeak: true },
  ...change,
});
const report = (...found: Slice[]) => ({
  report: {
    slices: { metric: 'brier', higherIsBetter: false, overall: 0.2, tested: 180, found },
  },
});

export const sample: GateSample = {
  gate: { worst_slice: 0.05 },
  // Much worse, but one of 180 groups may be so by chance; and certainly worse, but within the allowed margin.
  passes: report(
    slice({ value: 'UA', adjustedP: 0.3, isWeak: false }),
    slice({ worse: { by: 0.05, low: 0.02, high: 0.08 } }),
  ),
  fails: [
    {
      evidence: report(slice({ worse: { by: 0.051, low: 0.02, high: 0.08 } })),
      words:
        /carrier = AA is 0\.3, 0\.051 worse than the 0\.2 of all others \(400 rows, adjusted p 0\.001, 180 groups tested\)/,
      change: /at most 0\.05 worse/,
    },
    { evidence: { report: undefined }, words: /before slices were measured/, change: /^\/train/ },
  ],
  contradictions: [
    { gate: { worst_slice: 0.1, columns: ['mood'] }, words: /no feature "mood"/ },
    { gate: { worst_slice: -0.1 }, words: /./ },
  ],
};
