import { shown, where } from '../../core/example.ts';
import type { LabelSpec } from '../../core/task.ts';

export const label: LabelSpec = {
  kind: 'number',
  expected: () => 'a finite number',
  read: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined),

  judge({ nulls, other, holds, constant }, rows) {
    const faults: string[] = [];
    const warnings: string[] = [];
    if (nulls) faults.push(`"label" is null in ${where(nulls, rows)}.`);
    if (other)
      faults.push(
        `"label" is ${holds === 'text' ? shown(other) : other.value} in ${where(other, rows)}. It must be a finite number.`,
      );
    else if (constant !== undefined && rows > 0)
      warnings.push(`"label" is ${constant} in every row: there is nothing to learn.`);
    return { faults, warnings };
  },
};
