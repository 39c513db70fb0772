import { Refused } from '../core/errors.ts';
import { percent } from '../core/figures.ts';
import type { ModelSpec, Window } from '../core/model.ts';
import type { Inspection } from '../core/ports/programs.ts';
import type { DatasetFacts } from './facts.ts';
import { judgeDataset } from './judge.ts';
import { measureDataset } from './measure.ts';

const MOST_FAULTS = 20;

/**
 * Checks the rows that a dataset program wrote, before they are used. Throws Refused with all errors at once,
 * and DuckDB's error if the file is not a Parquet file.
 */
export async function inspectDataset(
  path: string,
  spec: ModelSpec,
  window: Window,
): Promise<Inspection> {
  const facts = await measureDataset(path, spec, window);
  if (facts.rows === 0) return { rows: 0, warnings: [], notWhole: {} };
  const { faults, warnings } = judgeDataset(facts, spec, window);
  if (faults.length === 0) {
    const classes = spec.classes ?? (facts.label && spec.task.label.learn?.(facts.label));
    return { rows: facts.rows, warnings, notWhole: notWhole(facts), ...(classes && { classes }) };
  }
  const lines = faults.slice(0, MOST_FAULTS).map((fault) => `- ${fault}`);
  if (faults.length > MOST_FAULTS) lines.push(`- and ${faults.length - MOST_FAULTS} more`);
  throw new Refused(
    `The rows that the dataset program of ${spec.name} wrote (${facts.rows}) cannot be used:\n${lines.join('\n')}`,
    { next: 'docs/training-contract.md says what it must write.' },
  );
}

function notWhole({ features, rows }: DatasetFacts): Record<string, string> {
  const share = (count: number) => `${percent(count / rows)} of the rows`;
  return Object.fromEntries(
    [...features].flatMap(([name, { fractions, nulls }]) => {
      const reasons = [
        ...(fractions
          ? [
              `has fractions in ${share(fractions.count)}, first ${fractions.value} in row ${fractions.row}`,
            ]
          : []),
        ...(nulls ? [`is missing in ${share(nulls.count)}, first in row ${nulls.row}`] : []),
      ];
      return reasons.length === 0 ? [] : [[name, reasons.join(' and ')]];
    }),
  );
}
