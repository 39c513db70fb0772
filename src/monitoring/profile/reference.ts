import type { ModelSpec } from '../../core/model.ts';
import type { Columns } from '../../core/ports/programs.ts';
import type { Answers } from '../../core/task.ts';
import { lossesByBin, ReferenceLosses } from '../causes/losses.ts';
import { Estimator, fitEstimator } from '../estimate/estimator.ts';
import { AnswersByLabel, momentsByLabel } from '../shift/moments.ts';
import { buildSpec } from './build-spec.ts';
import { type Profile, profileOf } from './profile.ts';
import { readProfile } from './read-profile.ts';

/** A version's data, frozen at its evaluation: monitors compare with this. */
export interface Reference {
  /** Over the rows it was trained on. */
  features: Record<string, Profile>;
  /**
   * By what is profiled of an answer, e.g. `score`. Over held-out rows, because answers to training rows are
   * too optimistic.
   */
  answers: Record<string, Profile>;
  /** What estimates performance without labels; missing in references of earlier releases. */
  estimator?: Estimator | undefined;
  /** Where its losses were at the evaluation; missing in references of earlier releases. */
  losses?: ReferenceLosses | undefined;
  /** How it answers rows of each label; missing for tasks without classes, and in references of earlier releases. */
  answersByLabel?: AnswersByLabel | undefined;
}

/** The reference as the bytes of an artifact. `answers` are those to held-out rows, which are `evaluated`. */
export function buildReference(
  { features: schema, task, classes = [] }: Pick<ModelSpec, 'features' | 'task' | 'classes'>,
  training: Columns,
  answers: Answers,
  evaluated?: Columns,
): Uint8Array {
  const columns = answerColumns({ task, classes }, answers);
  const reference: Reference = {
    features: Object.fromEntries(
      Object.entries(schema).map(([name, type]) => [
        name,
        profiled(training.features[name] ?? [], type),
      ]),
    ),
    answers: Object.fromEntries(
      task.answer.fields.flatMap(({ name, profiled: type }) =>
        type ? [[name, profiled(columns[name] ?? [], type)]] : [],
      ),
    ),
  };
  if (evaluated && evaluated.labels.length > 0) {
    const profiles = { ...reference.features, ...reference.answers };
    reference.estimator = fitEstimator({ task, classes }, { ...evaluated, answers }, profiles);
    const specs = Object.entries(reference.features).map(
      ([name, { spec }]) => [name, spec] as const,
    );
    const rows = { ...evaluated, answers };
    if (task.decided)
      reference.answersByLabel = momentsByLabel(rows.labels, answers, task.answer.width(classes));
    reference.losses = lossesByBin({ task, classes }, rows, Object.fromEntries(specs));
  }
  return Buffer.from(JSON.stringify(reference));
}

/** What is profiled of each answer, by name. */
export function answerColumns(
  { task, classes = [] }: Pick<ModelSpec, 'task' | 'classes'>,
  answers: Answers,
): Record<string, (number | string | null)[]> {
  const rows = answers.length / task.answer.width(classes);
  return Object.fromEntries(
    task.answer.fields
      .filter(({ profiled: type }) => type)
      .map(({ name, of }) => [
        name,
        Array.from({ length: rows }, (_, row) => plain(of(answers, row, classes))),
      ]),
  );
}

function profiled(values: (number | string | null)[], type: 'number' | 'category'): Profile {
  const spec = buildSpec(values, { kind: type === 'number' ? 'numeric' : 'categorical' });
  return profileOf(spec, values);
}

/** A list of numbers has no profile. */
function plain(value: number | string | readonly number[]): number | string | null {
  return typeof value === 'object' ? null : value;
}

/** Throws if the bytes are not a reference. */
export function readReference(bytes: Uint8Array): Reference {
  const stored: unknown = JSON.parse(Buffer.from(bytes).toString());
  if (!isRecord(stored) || !isRecord(stored['features']))
    throw new Error('reading a reference: it has no features');
  // Before there were several tasks, the only answer was a score.
  const answers = isRecord(stored['answers']) ? stored['answers'] : { score: stored['score'] };
  return {
    features: profilesIn(stored['features']),
    answers: profilesIn(answers),
    // Checked when they are asked for: drift asks for none of them, every hour for every model.
    get estimator() {
      return Estimator.safeParse(stored['estimator']).data;
    },
    get losses() {
      return ReferenceLosses.safeParse(stored['losses']).data;
    },
    get answersByLabel() {
      return AnswersByLabel.safeParse(stored['answersByLabel']).data;
    },
  };
}

function profilesIn(stored: Record<string, unknown>): Record<string, Profile> {
  return Object.fromEntries(
    Object.entries(stored).map(([name, profile]) => [name, readProfile(profile)] as const),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
