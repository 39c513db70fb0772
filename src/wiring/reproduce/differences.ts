import { plural } from '../../core/figures.ts';
import type { ParameterValues } from '../../core/model.ts';
import type { Version } from '../../core/ports/versions.ts';
import {
  type Change,
  changesIn,
  runtimeNow,
  type Software,
} from '../../training/software/software.ts';
import { type Restored, short } from './restore.ts';

/** Something that is not as it was at the training. */
export interface Difference {
  about: 'data' | 'parameters' | 'code' | 'packages' | 'machine' | 'training';
  /** A sentence. */
  words: string;
  changes: Change[];
}

const MOST_NAMED = 5;

/** `scikit-learn 1.6.0, now 1.7.2`, for the first few. */
function named(changes: readonly Change[]): string {
  const words = changes
    .slice(0, MOST_NAMED)
    .map(({ name, before, now }) => `${name} ${before ?? 'not there'}, now ${now ?? 'not there'}`);
  const rest = changes.length - words.length;
  return [...words, ...(rest > 0 ? [`${rest} more`] : [])].join('; ');
}

interface Compared {
  version: Version;
  parameters: ParameterValues;
  restored: Restored;
  /** Missing for versions from before it was recorded. */
  recorded: Software | undefined;
  now: Software;
  /** The files of the workspace as it is now, also if the commit is used. */
  files: Software['files'];
}

/** How parameters, code, packages and machine differ from those of the training. */
export function differencesIn({
  version,
  parameters,
  restored,
  recorded,
  now,
  files,
}: Compared): Difference[] {
  const parameterChanges = changesIn(inText(version.parameters), inText(parameters));
  const packageChanges = recorded
    ? (['node', 'python'] as const).flatMap((kind) =>
        changesIn(recorded.packages[kind] ?? {}, now.packages[kind] ?? {}),
      )
    : [];
  const machineChanges = changesIn(version.runtime, runtimeNow());
  const of = (about: Difference['about'], words: string, changes: Change[]): Difference[] =>
    changes.length > 0 ? [{ about, words: `${words}: ${named(changes)}.`, changes }] : [];
  return [
    ...of('parameters', 'The parameters differ', parameterChanges),
    ...codeDifference(version, restored, recorded?.files, files),
    ...of(
      'packages',
      `${plural(packageChanges.length, 'installed package')} changed`,
      packageChanges,
    ),
    ...of('machine', 'The machine differs', machineChanges),
  ];
}

/** How the files of the workspace differ from those of the training. */
function codeDifference(
  { code }: Version,
  restored: Restored,
  recorded: Software['files'],
  files: Software['files'],
): Difference[] {
  const isUsed = restored.from === 'workspace';
  if (!recorded || !files) {
    if (!isUsed) return [];
    const words = `${restored.why} Its files were not recorded, so it is not known whether the code has changed.`;
    return [{ about: 'code', words, changes: [] }];
  }
  const changes = changesIn(recorded, files);
  if (changes.length === 0) return [];
  const names = changes.map(({ name, before, now }) =>
    before === undefined ? `${name} added` : now === undefined ? `${name} removed` : name,
  );
  const shown = names.slice(0, MOST_NAMED).join(', ');
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  const changed = `${plural(names.length, 'file')} of the workspace changed since: ${shown}${more}.`;
  const words = isUsed
    ? `${restored.why} ${changed}`
    : `${changed} The commit ${short(code.revision)} was used; --here uses the workspace.`;
  return [{ about: 'code', words, changes }];
}

const inText = (values: ParameterValues): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
