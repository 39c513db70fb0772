import { gradeOf, leadOf } from '../core/alert-parts.ts';
import { toJson } from '../core/json.ts';
import type { Alert, AlertDraft, AlertPart } from '../core/ports/alerts.ts';

/** A part as this draft starts it. */
export function partFrom(draft: AlertDraft, foundAt: Date): AlertPart {
  return { ...foundIn(draft), foundAt, windows: 1 };
}

function foundIn(draft: AlertDraft): Omit<AlertPart, 'windows'> {
  const { monitor, kind, grade, about, window, signals, sizes, causes, evidence, pictures } = draft;
  return {
    ...{ monitor, kind, grade, window, newest: window, signals, sizes, evidence, pictures },
    ...(about && { about }),
    ...(causes && { causes }),
  };
}

/**
 * The parts of an alert with one more window of a monitor; undefined if it has that window, or a later one. A monitor
 * that found it fine and finds it again goes on with its part, and the thread is told.
 */
export function withWindow(
  parts: readonly AlertPart[],
  draft: AlertDraft,
  now: Date,
): AlertPart[] | undefined {
  const known = parts.find(({ monitor }) => monitor === draft.monitor);
  if (!known) return [...parts, partFrom(draft, now)];
  if (known.newest.to >= draft.window.to) return undefined;
  const { told, over, foundAt } = known;
  const next: AlertPart = {
    ...foundIn(draft),
    ...(foundAt && { foundAt }),
    window: { from: known.window.from, to: draft.window.to },
    windows: known.windows + 1,
    // What explains a window may be unknown for the next one.
    ...(!draft.causes && known.causes && { causes: known.causes }),
    ...aboutWith(known, draft),
    ...(told && !over && { told }),
  };
  return parts.map((part) => (part === known ? next : part));
}

/** What joins began when it was found; when the rest began stays as it was first said. */
function aboutWith(known: AlertPart, draft: AlertDraft): Pick<AlertPart, 'about'> {
  const before = known.about ?? [];
  const subjects = before.flatMap((cause) => cause.subjects);
  const joined = (draft.about ?? []).flatMap((cause) => {
    const others = cause.subjects.filter((subject) => !subjects.includes(subject));
    return others.length > 0 ? [{ ...cause, subjects: others }] : [];
  });
  const about = [...before, ...joined];
  return about.length > 0 ? { about } : {};
}

/** Whether a monitor still finds a loss. */
export const hasLoss = (parts: readonly AlertPart[]): boolean =>
  parts.some(({ grade, over }) => grade === 'harm' && !over);

/** A stored alert with what its leading monitor found in front. */
export function withLead<R extends { parts: readonly AlertPart[] }>(
  row: R,
): R & AlertPart & Pick<Alert, 'grade'> {
  const parts = row.parts.map((part) => ({ ...part, evidence: toJson(part.evidence) }));
  const lead = leadOf(parts);
  if (!lead) throw new Error('an alert without a part was stored');
  return { ...row, ...lead, parts, grade: gradeOf(parts) };
}
