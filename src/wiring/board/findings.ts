import type { FindingList } from '../../core/board.ts';
import { NotFound } from '../../core/errors.ts';
import { specIn, type Window } from '../../core/model.ts';
import type { FindingQuestion } from '../../core/ports/board.ts';
import { kindOf } from '../../monitoring/kinds/index.ts';
import type { BoardParts } from './parts.ts';
import { iso, spanOf } from './times.ts';

/** The newest windows of a monitor. */
export async function listFindings(
  { model, monitor: name, environment: where, before, limit }: FindingQuestion,
  { models, environments, findings }: Pick<BoardParts, 'models' | 'environments' | 'findings'>,
): Promise<FindingList> {
  const environment = environments.get(where);
  const { monitors } = specIn(models.get(model), environment);
  const monitor = monitors.find((one) => one.name === name);
  if (!monitor)
    throw new NotFound(`${model} has no monitor ${JSON.stringify(name)} in ${environment}.`, {
      next: `Its monitors: ${monitors.map((one) => one.name).join(', ') || 'none'}.`,
    });
  const about = { monitor: `${model}/${name}`, environment };
  // One more tells whether there is another page, which begins with a whole window: of two versions that answered in
  // one window, neither may be missed.
  const found = await findings.recent(about, undefined, limit + 1, before);
  const rest = found[limit];
  const whole = found.slice(0, limit).filter(({ window }) => !isSame(window, rest?.window));
  const shown = whole.length > 0 ? whole : found.slice(0, limit);
  const last = shown.at(-1);
  return {
    findings: shown.map((finding) => ({
      ...{ monitor: name, environment, version: finding.version, status: finding.status },
      ...{ window: spanOf(finding.window), signals: finding.signals, at: iso(finding.at) },
      figure: kindOf(monitor.kind).gist(finding.detail, monitor, finding.figures) ?? null,
    })),
    next: rest && last ? iso(last.window.from) : null,
  };
}

function isSame(one: Window, other: Window | undefined): boolean {
  return one.to.getTime() === other?.to.getTime();
}
