import { othersIn } from '../core/alert-parts.ts';
import type { Mention } from '../core/alerting.ts';
import type { Card } from '../core/card.ts';
import { duration, figure, plural, span } from '../core/figures.ts';
import type { Report } from '../core/monitor.ts';
import type { Alert, AlertPart } from '../core/ports/alerts.ts';

/*
 * What the thread of an alert is told: that it began, became worse or better, and is over, and what people did
 * about it. Never another window with the same finding.
 */

const named = (names: readonly string[]) => new Intl.ListFormat('en-GB').format(names);

export function began({ newest, signals }: Alert): Card {
  return {
    title: `Began in ${span(newest)}${signals.length > 0 ? `: ${named(signals)}.` : '.'}`,
    tone: 'warning',
    text: 'This thread reports when it becomes worse or better, when it is over, and what people do about it.',
  };
}

/** A change of an open alert, as `turnOf` finds it. */
interface Change {
  kind: 'worse' | 'better';
  joined: readonly string[];
  left: readonly string[];
  size: { before: number; now: number };
}

export function turned(
  { kind, joined, left, size }: Change,
  { again }: Report,
  window: Alert['window'],
): Card {
  const ratio = size.now / size.before;
  const what =
    kind === 'worse'
      ? joined.length > 0
        ? `${named(joined)} too`
        : `about ${figure(Math.round(ratio * 10) / 10).replace(/\.?0+$/, '')} times as large as last reported`
      : left.length > 0
        ? `no longer ${named(left)}`
        : `about ${figure(Math.round((1 - ratio) * 100))}% smaller than last reported`;
  return {
    title: `${kind === 'worse' ? 'Worse' : 'Better'} in ${span(window)}: ${what}.`,
    tone: kind === 'worse' ? 'warning' : 'note',
    text: again.text,
  };
}

/** Another monitor found the same cause. `report`: of what it found. */
export function foundToo({ monitor, newest }: AlertPart, { title, again }: Report): Card {
  return {
    title: `Monitor ${monitor} finds it too in ${span(newest)}: ${title}.`,
    tone: 'warning',
    text: again.text,
  };
}

/** For the channel: an alert that only informed is about a loss now. */
export function lossToo({ id, environment, model }: Alert, { title, summary }: Report): Card {
  return {
    title: `${title} in ${environment}`,
    tone: 'danger',
    text: `${summary} It has the same cause as the open alert ${id}, which has the details and the buttons.`,
    actions: [
      { label: 'Acknowledge', command: 'acknowledge', argument: id, style: 'primary' },
      { label: 'Why', command: 'why', argument: id },
    ],
    footer: `${id} · ${model}`,
  };
}

/** The same message when the alert is over. */
export function lossOver({ id, environment, model }: Alert, { over: end }: Report): Card {
  return {
    ...{ title: `${end.title} in ${environment}`, tone: 'success', text: `Alert ${id} is over.` },
    footer: `${id} · ${model}`,
  };
}

/** One of several monitors finds it fine again. */
export function fineAgain(alert: Alert, part: AlertPart, { over: end }: Report): Card {
  const still = alert.parts.filter((one) => !one.over).map((one) => one.monitor);
  return {
    title: `Better: monitor ${part.monitor} finds it fine again. ${end.title}.`,
    tone: 'note',
    text: `The alert stays open: monitor ${named(still)} still ${still.length === 1 ? 'finds' : 'find'} it.`,
  };
}

/** A rollback changes the model, not the data. `report`: on the newest window. */
export function rolledBackStill({ version }: Alert, { again }: Report): Card {
  return {
    title: `v${version} is live again, and this alert stays open. ${again.title}`,
    tone: 'warning',
    text: `It is over when windows of v${version} are ok.`,
  };
}

export function over(alert: Alert, { over: end }: Report): Card {
  const { version, windows, window, replacedBy } = alert;
  const course = [
    `Found in ${plural(windows, 'window')}, ${span(window)}.`,
    ...othersIn(alert).map(
      (part) =>
        `Monitor ${part.monitor} found it in ${plural(part.windows, 'window')}, ${span(part.window)}.`,
    ),
  ].join(' ');
  return replacedBy === undefined
    ? { title: `${end.title}.`, tone: 'success', text: course }
    : {
        title: `v${version} is no longer live. Monitoring continues with v${replacedBy}.`,
        tone: 'success',
        text: course,
      };
}

/** Nobody acknowledged it in time: the only message about an alert that notifies somebody by name. */
export function escalated(alert: Alert, oncall: Mention, afterMs: number): Card {
  return {
    title: `Nobody has acknowledged this for ${duration(afterMs)}. On call: ${oncall.words}`,
    tone: 'danger',
    text: 'Acknowledge it, or snooze it, so that others know who is looking into it.',
    mention: {
      ...{ words: oncall.words, groups: oncall.groups },
      accounts: oncall.accounts.map(({ platform, user }) => ({ platform, user })),
    },
    actions: [
      { label: 'Acknowledge', command: 'acknowledge', argument: alert.id, style: 'primary' },
      { label: 'Why', command: 'why', argument: alert.id },
    ],
  };
}
