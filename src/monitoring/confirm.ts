/**
 * Whether something was found in `need` of the last `of` windows, `latest` being the last. `history` is oldest
 * first. Leave out windows with insufficient data: they neither confirm nor clear.
 */
export function confirm(
  history: readonly boolean[],
  latest: boolean,
  { need = 2, of = 3 }: { need?: number; of?: number } = {},
): boolean {
  const recent = [...history, latest].slice(-of);
  return recent.filter(Boolean).length >= need;
}
