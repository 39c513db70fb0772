import type { GateSample } from '../../../contracts/gate.ts';

const bin = { rows: 10, predicted: 0.5, actual: 0.5, low: 0.4, high: 0.6 };
const report = (error: number) => ({
  report: { calibration: { of: 'share' as const, bins: [bin, bin], error } },
});

export const sample: GateSample = {
  gate: { max_calibration_error: 0.03 },
  passes: report(0.03),
  fails: [
    { evidence: report(0.0301), words: /differ from outcomes by 0\.0301/, change: /isotonic/ },
    { evidence: { report: undefined }, words: /before calibration/, change: /^\/train/ },
  ],
  contradictions: [{ gate: { max_calibration_error: -1 }, words: /./ }],
};
