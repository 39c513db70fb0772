import type { Card } from '../core/card.ts';
import { type Endpoint, endpointId } from '../core/endpoint.ts';
import { figure, plural, span } from '../core/figures.ts';
import { toJson } from '../core/json.ts';
import type { MonitorSpec } from '../core/model.ts';
import type { State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';

/** One message per monitor, used whenever several windows in a row have too few rows. */
export const silenceSubject = (about: Watching): Subject =>
  `silence:${endpointId(about)}/${about.monitor.name}`;

interface Watching extends Endpoint {
  monitor: MonitorSpec;
}

export interface Silence extends Watching {
  version: number;
  /** Windows in a row, oldest first, each with its rows. At least one. */
  windows: readonly { window: { from: Date; to: Date }; rows: number }[];
}

/** A monitor that could not evaluate some windows, with the setting that would help. */
export function silent(silence: Silence): State {
  const { model, environment, version, monitor, windows } = silence;
  const [first, last] = [windows[0], windows.at(-1)];
  const card: Card = {
    title: `${model}/${monitor.name} in ${environment} had too few rows in ${plural(windows.length, 'consecutive window')}`,
    tone: 'warning',
    text: adviceOn(silence),
    facts: [
      { label: 'Model', value: `${model} v${version}` },
      ...(first && last
        ? [
            { label: 'Since', value: span(first.window) },
            { label: 'Newest window', value: `${span(last.window)}, ${figure(last.rows)} rows` },
          ]
        : []),
      { label: 'Rows needed', value: `${figure(monitor.minRows)} (min_rows)` },
    ],
    footer: `monitor ${monitor.name} · not monitoring until then`,
  };
  return {
    card,
    outcome: 'pending',
    data: toJson({ silence: { ...silence, monitor: monitor.name } }),
  };
}

/** There is enough data again. */
export function heard(
  { model, environment, monitor: { name } }: Watching,
  window: { from: Date; to: Date },
): State {
  return {
    card: {
      title: `${model}/${name} in ${environment} has enough rows again`,
      tone: 'success',
      text: `The window ${span(window)} was evaluated.`,
    },
    outcome: 'done',
    data: toJson({ monitor: `${model}/${name}`, environment, window }),
  };
}

/** One message per monitor, used whenever too little is known to compare its windows with. */
export const learningSubject = (about: Watching): Subject =>
  `learning:${endpointId(about)}/${about.monitor.name}`;

/** A monitor that raises no alarm until its reference is long enough; `note` says what would help. */
export function learning(
  { model, environment, monitor: { name } }: Watching,
  version: number,
  note: string,
): State {
  return {
    card: {
      title: `${model}/${name} in ${environment} is still learning`,
      tone: 'warning',
      text: note,
      facts: [{ label: 'Model', value: `${model} v${version}` }],
      footer: `monitor ${name} · raises no alarm until then`,
    },
    outcome: 'pending',
    data: toJson({ monitor: `${model}/${name}`, environment, version, note }),
  };
}

/** Its reference is long enough now. */
export function learnt(
  { model, environment, monitor: { name } }: Watching,
  window: { from: Date; to: Date },
): State {
  return {
    card: {
      title: `${model}/${name} in ${environment} has learned enough`,
      tone: 'success',
      text: `The window ${span(window)} was evaluated.`,
    },
    outcome: 'done',
    data: toJson({ monitor: `${model}/${name}`, environment, window }),
  };
}

/** With fewer rows, drift cannot be distinguished from chance unless it is very large. */
const LEAST_ROWS = 30;

function adviceOn({ monitor, windows }: Silence): string {
  const { windowHours, minRows } = monitor;
  const key = `monitors.${monitor.name}`;
  const rows = windows.reduce((sum, window) => sum + window.rows, 0) / windows.length;
  if (rows < 1)
    return 'Almost no predictions arrived in these windows, so changing a setting would not help. Check that traffic reaches the gateway, with correct timestamps.';
  const hours = Math.ceil((minRows * windowHours) / rows);
  const longer = hours > 24 ? Math.ceil(hours / 24) * 24 : hours;
  const fewer = Math.floor(Math.min(...windows.map((window) => window.rows)));
  const length = longer % 24 === 0 ? plural(longer / 24, 'day') : plural(longer, 'hour');
  const advice = `At the current traffic of about ${figure(Math.round(rows))} rows per window, \`${key}.window_hours: ${longer}\` (${length}) would reach min_rows.`;
  return fewer >= LEAST_ROWS
    ? `${advice} So would \`${key}.min_rows: ${fewer}\`, but then only large changes are detected.`
    : advice;
}
