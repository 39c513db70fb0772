import type { Alert, AlertPart, Grade } from './ports/alerts.ts';

/** Of those that still find something, a measured loss comes first, then whoever found it first. */
export function leadOf<P extends Pick<AlertPart, 'over' | 'grade'>>(
  parts: readonly P[],
): P | undefined {
  const rank = ({ over, grade }: P) => (over ? 2 : 0) + (grade === 'harm' ? 0 : 1);
  return parts.toSorted((a, b) => rank(a) - rank(b))[0];
}

export function gradeOf(parts: readonly Pick<AlertPart, 'grade'>[]): Grade {
  return parts.some(({ grade }) => grade === 'harm') ? 'harm' : 'inform';
}

export const isOver = ({ parts }: Pick<Alert, 'parts'>): boolean =>
  parts.length > 0 && parts.every(({ over }) => over !== undefined);

/** What a monitor found of an alert. */
export const partOf = ({ parts }: Alert, monitor: string): AlertPart | undefined =>
  parts.find((part) => part.monitor === monitor);

/** What other monitors than the leading one found. */
export const othersIn = ({ parts, monitor }: Alert): AlertPart[] =>
  parts.filter((part) => part.monitor !== monitor);

/** The alert as if this monitor led it. How grave it is stays as it is. */
export function asSeenBy(alert: Alert, monitor: string): Alert {
  const part = partOf(alert, monitor);
  if (!part || alert.monitor === monitor) return alert;
  const { about: _, foundAt: __, told: ___, causes: ____, over: _____, ...shared } = alert;
  return { ...shared, ...part, grade: alert.grade };
}
