/** e.g. `1 minute` or `0.01 minutes`. */
export function inMinutes(ms: number): string {
  const count = Number((ms / 60_000).toFixed(2));
  return `${count} ${count === 1 ? 'minute' : 'minutes'}`;
}
