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
}

/** How parameters, code, packages and machine differ from those of the training. */
export function differencesIn({
  version,
  parameters,
  restored,
  recorded,
  now,
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
    ...of('parameters', 'The parameters are others', parameterChanges),
    ...codeDifference(version, restored, recorded, now),
    ...of(
      'packages',
      `${plural(packageChanges.length, 'installed package')} changed`,
      packageChanges,
    ),
    ...of('machine', 'The machine is another', machineChanges),
  ];
}

/** Without a commit, the files are compared with those of the training. */
function codeDifference(
  { code }: Version,
  restored: Restored,
  recorded: Software | undefined,
  now: Software,
): Difference[] {
  if (restored.from === 'commit') return [];
  if (!recorded?.files || !now.files) {
    const what = `the version was trained at ${code.revision === 'unversioned' ? 'no known commit' : short(code.revision)}, and its files were not recorded`;
    return [
      {
        about: 'code',
        words: `${restored.why} It is not known whether the code changed: ${what}.`,
        changes: [],
      },
    ];
  }
  const changes = changesIn(recorded.files, now.files);
  if (changes.length === 0) return [];
  const files = changes.map(({ name, before, now: current }) =>
    before === undefined ? `${name} added` : current === undefined ? `${name} removed` : name,
  );
  const shown = files.slice(0, MOST_NAMED).join(', ');
  const more = files.length > MOST_NAMED ? ` and ${files.length - MOST_NAMED} more` : '';
  const words = `${restored.why} ${plural(files.length, 'file')} of it changed since: ${shown}${more}.`;
  return [{ about: 'code', words, changes }];
}

const inText = (values: ParameterValues): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
