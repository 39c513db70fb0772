import type { Card } from '../core/card.ts';
import { isFailed, type JudgedGate, whyFailed } from '../core/judged-gate.ts';

/** The gates of a request from its evidence, below a line that counts them. */
export function gatesOf(
  approval: string,
  gates: readonly JudgedGate[],
): Required<Pick<Card, 'table' | 'folded'>> {
  return {
    table: {
      caption: `Gates of ${approval}`,
      columns: ['Gate', 'Result', 'Value', 'Why'],
      rows: gates.map((gate) => [gate.name, resultOf(gate), gate.value ?? '–', whyOf(gate)]),
    },
    folded: {
      title: `Gates: ${counted(gates)}`,
      show: { command: 'approvals', argument: approval },
    },
  };
}

function resultOf({ passed, notApplicable, pending, override }: JudgedGate): string {
  if (override) return '! overridden';
  if (notApplicable) return '– not applicable';
  if (passed) return '✓ passed';
  return pending ? '… not yet' : '✗ failed';
}

function whyOf(gate: JudgedGate): string {
  const why = isFailed(gate) ? whyFailed(gate) : gate.words;
  return gate.override ? `${overrideInWords(gate.override)} ${why}` : why;
}

/** `Overridden by ops: the second runway is closed.` */
export function overrideInWords({ by, reason }: { by: string; reason: string }): string {
  return `Overridden by ${by}: ${reason.replace(/[.]$/, '')}.`;
}

/** `4 of 6 passed, 1 not applicable, 1 overridden`. */
function counted(gates: readonly JudgedGate[]): string {
  const count = (which: (gate: JudgedGate) => boolean, words: string) => {
    const found = gates.filter(which).length;
    return found > 0 ? [`${found} ${words}`] : [];
  };
  return [
    `${gates.filter((gate) => gate.passed).length} of ${gates.length} passed`,
    ...count(({ notApplicable }) => notApplicable === true, 'not applicable'),
    ...count(({ pending, override }) => pending === true && !override, 'not yet'),
    ...count(({ override }) => override !== undefined, 'overridden'),
  ].join(', ');
}
