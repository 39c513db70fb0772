import { shown, where } from '../../core/example.ts';
import type { LabelSpec } from '../../core/task.ts';

export const label: LabelSpec = {
  kind: 'number',
  values: [0, 1],
  expected: () => '0 or 1',
  read: (value) => (value === 0 || value === 1 ? value : undefined),

  judge({ nulls, other, values, holds, constant }, rows) {
    const faults: string[] = [];
    const warnings: string[] = [];
    if (nulls) faults.push(`"label" is null in ${where(nulls, rows)}.`);
    if (other && holds === 'text') {
      const listed = values.map((value) => JSON.stringify(value)).join(', ');
      const positive = values.find((value) => /^(?:y|yes|t|true|pos|positive|1)$/i.test(value));
      const mapping = JSON.stringify(positive ?? values[1] ?? values[0] ?? 'yes');
      faults.push(
        `"label" is text (${listed}), e.g. ${shown(other)} in ${where(other, rows)}. Write 1 for the positive class and 0 for the other: with pandas (df["label"] == ${mapping}).astype(int).`,
      );
    } else if (other)
      faults.push(`"label" is ${other.value} in ${where(other, rows)}. It must be 0 or 1.`);
    else if (constant !== undefined && rows > 0)
      warnings.push(`"label" is ${constant} in every row: nothing can be told apart.`);
    return { faults, warnings };
  },
};
