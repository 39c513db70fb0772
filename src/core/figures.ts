/** How figures, times and time spans are formatted in messages. */

/** Four decimals below 10, so that a metric reads 0.6951; thousands separators. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return 'n/a';
  if (Number.isInteger(value)) return (value + 0).toLocaleString('en-US'); // −0 is 0
  return Math.abs(value) < 10
    ? value.toFixed(4)
    : value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

const METRIC_NAMES: Readonly<Record<string, string>> = {
  auc: 'AUC',
  f1: 'F1',
  macroF1: 'macro F1',
  logLoss: 'log loss',
  log_loss: 'log loss',
  brier: 'Brier score',
  rmse: 'RMSE',
  mae: 'MAE',
  mape: 'MAPE',
  r2: 'R²',
};

/** A metric as people write it: `AUC`, `log loss`. Unknown names stay as they are. */
export function metricName(name: string): string {
  return METRIC_NAMES[name] ?? name;
}

/** Three decimals below 10: a metric on some thousand rows is no more precise than that. */
function rounded(value: number): string {
  const isShort = Number.isFinite(value) && !Number.isInteger(value) && Math.abs(value) < 10;
  return isShort ? value.toFixed(3) : figure(value);
}

/** The first `most` metrics, by name. */
export function figures(values: Readonly<Record<string, number>>, most: number): string {
  const named = Object.entries(values).map(
    ([name, value]) => `${metricName(name)} ${rounded(value)}`,
  );
  // Platforms refuse a message with an empty value.
  return named.slice(0, most).join(', ') || 'not measured';
}

export function signed(value: number): string {
  if (!Number.isFinite(value)) return figure(value);
  return `${value >= 0 ? '+' : '−'}${figure(Math.abs(value))}`;
}

/** `least` is the smallest p that the bootstrap can give: the true one may be smaller. */
export function pValue(p: number, least?: number): string {
  if (!Number.isFinite(p)) return figure(p);
  if (least !== undefined && p <= least)
    return `≤ ${Number((Math.ceil(least * 1000) / 1000).toFixed(3))}`;
  return p < 0.0001 ? '< 0.0001' : p.toFixed(4);
}

const DAY_MS = 86_400_000;

/** `1 Feb 2001` at midnight UTC, `1 Feb 2001 14:30` otherwise. */
export function moment(date: Date): string {
  return isMidnight(date) ? day(date) : exactly(date);
}

/** A half-open window as people write it: for whole days, the last day is included. */
export function span({ from, to }: { from: Date; to: Date }): string {
  if (!isMidnight(from) || !isMidnight(to)) return `${exactly(from)} to ${exactly(to)}`;
  const [first, last] = [day(from), day(new Date(to.getTime() - DAY_MS))];
  return first === last ? first : `${first} to ${last}`;
}

function isMidnight(date: Date): boolean {
  return date.getTime() % DAY_MS === 0;
}

function exactly(date: Date): string {
  return `${day(date)} ${date.toISOString().slice(11, 16)}`;
}

function day(date: Date): string {
  return date.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });
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
