import { isOver } from '../core/alert-parts.ts';
import { type Causes, mayHarm } from '../core/causes.ts';
import type { Window } from '../core/model.ts';
import type { About } from '../core/monitor.ts';
import type { Alert, AlertPart, Cause } from '../core/ports/alerts.ts';
import { columnOf, LOSS } from './subjects.ts';

/** The estimate of a beginning is no better than this many windows of its monitor. */
const SLACK_WINDOWS = 2;

interface Found extends About {
  /** The window that raised the alarm, and the first of those that it was judged by. */
  window: Window;
  judgedFrom?: Date | undefined;
  causes?: Causes | undefined;
}

/**
 * What an alarm is about, and between which times that began: from the monitor's estimate, or from the first window
 * that it was judged by, minus `SLACK_WINDOWS`, to the end of the window that raised it. A loss is also about the
 * columns that may explain it: those that moved, less those of which labels tell that they do no harm. At first there are
 * few labels, and what is uncertain must not make two alerts of one.
 */
export function causeOf({ subjects, since, window, judgedFrom, causes }: Found): Cause {
  const length = window.to.getTime() - window.from.getTime();
  const began = (since ?? judgedFrom ?? window.from).getTime();
  const explained = subjects.includes(LOSS) ? explaining(causes) : [];
  return {
    subjects: [...new Set([...subjects, ...explained])],
    from: new Date(Math.min(began, window.from.getTime()) - SLACK_WINDOWS * length),
    to: window.to,
  };
}

function explaining(causes: Causes | undefined): string[] {
  if (!causes) return [];
  const { by, columns } = causes;
  return columns
    .filter((one) => (by === 'effect' ? mayHarm(one) : one.moved))
    .map(({ name }) => columnOf(name));
}

/** They share a subject, and may have begun at the same time. */
export function sameCause(a: Cause, b: Cause): boolean {
  return share(a, b) && a.from < b.to && b.from < a.to;
}

const share = (a: Cause, b: Cause): boolean =>
  a.subjects.some((subject) => b.subjects.includes(subject));

/**
 * Whether what a monitor found belongs to an open alert in which it finds nothing now: it has the cause of one of the
 * parts. What the same monitor found before and is back belongs to it whenever it began. Nothing belongs to an alert
 * that is being closed, because all of its monitors find it fine.
 */
export function belongsTo(
  alert: Alert,
  { monitor, about = [] }: Pick<AlertPart, 'monitor' | 'about'>,
): boolean {
  if (isOver(alert)) return false;
  return alert.parts.some((part) =>
    (part.about ?? []).some((known) =>
      about.some((one) => sameCause(known, one) || (part.monitor === monitor && share(known, one))),
    ),
  );
}
