/** The metrics that the rows define, by name; counts of rows are no metrics. */
export function definedOnly(metrics: object): Record<string, number> {
  const counts = ['rows', 'positives'];
  return Object.fromEntries(
    Object.entries(metrics).filter(
      (entry): entry is [string, number] =>
        typeof entry[1] === 'number' && !counts.includes(entry[0]),
    ),
  );
}
