import { BadInput } from '../core/errors.ts';
import type { ModelSpec, Window } from '../core/model.ts';

const DAY = 86_400_000;

interface Asked {
  from: Date | undefined;
  to: Date | undefined;
}

/**
 * The window to train on: the requested one; otherwise one as long as the model's first window, ending where
 * the newest held-out days start; otherwise the model's first window.
 */
export function trainingWindow(
  spec: ModelSpec,
  { from, to }: Asked,
  newest: Date | undefined,
): Window {
  const first = spec.training.window;
  const length = first.to.getTime() - first.from.getTime();
  if (from || to) {
    const window = {
      from: from ?? new Date((to ?? first.to).getTime() - length),
      to: to ?? new Date((from ?? first.from).getTime() + length),
    };
    return requireForward(window);
  }
  const end = newest ? midnight(newest.getTime() - spec.evaluation.days * DAY) : first.to;
  return end.getTime() <= first.to.getTime()
    ? first
    : { from: new Date(end.getTime() - length), to: end };
}

/** The days right after a training window, none of which the version has seen. */
export function heldOut(spec: ModelSpec, trained: Window): Window {
  return { from: trained.to, to: new Date(trained.to.getTime() + spec.evaluation.days * DAY) };
}

/**
 * The window on which two versions are compared: the requested one, which neither may have been trained on;
 * otherwise the newest days after both trainings.
 */
export function meetingWindow(
  spec: ModelSpec,
  { from, to }: Asked,
  trained: readonly Window[],
  newest: Date | undefined,
): Window {
  const length = spec.evaluation.days * DAY;
  if (from || to) {
    const window = requireForward({
      from: from ?? new Date((to ?? new Date(0)).getTime() - length),
      to: to ?? new Date((from ?? new Date(0)).getTime() + length),
    });
    const seen = trained.find((training) => overlap(training, window));
    if (seen)
      throw new BadInput(
        'One of the versions was trained on part of that window, so the comparison would be biased in its favor.',
        {
          next: `Choose days outside ${day(seen.from)} to ${day(seen.to)}.`,
        },
      );
    return window;
  }
  const after = Math.max(...trained.map((window) => window.to.getTime()));
  const recent = newest ? midnight(newest.getTime()).getTime() - length : 0;
  const start = Math.max(after, recent);
  return { from: new Date(start), to: new Date(start + length) };
}

function requireForward(window: Window): Window {
  if (window.from < window.to) return window;
  throw new BadInput(
    `The window ends (${day(window.to)}) before it begins (${day(window.from)}).`,
    {
      next: '--to is the day after the last day.',
    },
  );
}

function overlap(a: Window, b: Window): boolean {
  return a.from < b.to && b.from < a.to;
}

function midnight(ms: number): Date {
  return new Date(Math.floor(ms / DAY) * DAY);
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
