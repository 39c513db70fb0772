import type { Card } from '../core/card.ts';
import type { Evidence } from '../core/ports/approvals.ts';

type Gate = Evidence['gates'][number];

/** The gates of a request from its evidence, below a line that counts them. */
export function gatesOf(
  approval: string,
  gates: readonly Gate[],
): Required<Pick<Card, 'table' | 'folded'>> {
  return {
    table: {
      caption: `Gates of ${approval}`,
      columns: ['Gate', 'Result', 'Why'],
      rows: gates.map((gate) => [
        gate.name,
        gate.notApplicable ? '– not applicable' : gate.passed ? '✓ passed' : '✗ failed',
        gate.words,
      ]),
    },
    folded: {
      title: `Gates: ${counted(gates)}`,
      show: { command: 'approvals', argument: approval },
    },
  };
}

/** `4 of 5 passed, 1 not applicable`. */
function counted(gates: readonly Gate[]): string {
  const passed = gates.filter((gate) => gate.passed).length;
  const skipped = gates.filter((gate) => gate.notApplicable).length;
  const ofAll = `${passed} of ${gates.length} passed`;
  return skipped > 0 ? `${ofAll}, ${skipped} not applicable` : ofAll;
}
