import { CREPT, type Grown } from './grown.ts';
import { added, grouped, perTwoYears, table } from './tables.ts';

/** A reference that grows beside the reference alone. */
export function grownTables(all: readonly Grown[]): string[] {
  const rows = grouped(all, ({ scene, reference }) => `${scene}\n${reference} windows`).map(
    ([key, models]) => [
      ...key.split('\n'),
      ...(['alone', 'grown'] as const).map((how) =>
        perTwoYears(added(models.map(({ falsely }) => falsely[how]))),
      ),
      ...(['alone', 'grown'] as const).map((how) =>
        shift(
          models.map((model) => model.shift[how]),
          'still learning',
        ),
      ),
      ...(['alone', 'grown'] as const).map((how) =>
        shift(
          models.map(({ crept }) => crept[how]),
          'not in a year',
        ),
      ),
    ],
  );
  return [
    `With \`grow_reference\`, beside the reference alone: daily windows of 200 rows. False alarms in two years; the smallest shift that can be found at their start and, grown, at their end; and how far a column that creeps by ${CREPT} standard deviations in a year has come when the alarm is raised (medians):`,
    table(
      [
        'No drift',
        'Reference',
        'False alarms, alone',
        'Grown',
        'Smallest shift, alone',
        'Grown',
        'Crept until the alarm, alone',
        'Grown',
      ],
      rows,
    ),
  ];
}

function shift(all: readonly (number | undefined)[], none: string): string {
  const sorted = all.map((one) => one ?? Number.POSITIVE_INFINITY).toSorted((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)];
  return median !== undefined && Number.isFinite(median) ? median.toFixed(2) : none;
}
