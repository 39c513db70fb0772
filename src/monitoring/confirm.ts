/**
 * Whether something held in `need` of the last `of` windows, `latest` being the last.
 * `history` is oldest first. Leave windows of insufficient data out of it: they say nothing, and
 * must neither confirm nor clear.
 */
export function confirm(
  history: readonly boolean[],
  latest: boolean,
  { need = 2, of = 3 }: { need?: number; of?: number } = {},
): boolean {
  const recent = [...history, latest].slice(-of);
  return recent.filter(Boolean).length >= need;
}
