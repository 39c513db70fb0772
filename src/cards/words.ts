/** How figures, times and spans are written in messages: the same everywhere. */

/** Four decimals below 10, so that a metric reads 0.6951; thousands apart. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return 'n/a';
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  return Math.abs(value) < 10
    ? value.toFixed(4)
    : value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

export function signed(value: number): string {
  return `${value >= 0 ? '+' : '−'}${figure(Math.abs(value))}`;
}

export function pValue(p: number): string {
  return p < 0.0001 ? '< 0.0001' : p.toFixed(4);
}

/** `1 Feb 2001` at midnight UTC, `1 Feb 2001 14:30` otherwise. */
export function moment(date: Date): string {
  const day = date.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });
  const time = date.toISOString().slice(11, 16);
  return time === '00:00' ? day : `${day} ${time}`;
}

/** The half-open window as people say it: the last day is included. */
export function span({ from, to }: { from: Date; to: Date }): string {
  return `${moment(from)} to ${moment(isMidnight(to) ? new Date(to.getTime() - 86_400_000) : to)}`;
}

function isMidnight(date: Date): boolean {
  return date.getTime() % 86_400_000 === 0;
}

export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 1) return 'under a second';
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
