import type { Connection } from 'mongoose';
import type { Clock } from '../core/clock.ts';
import { NotFound } from '../core/errors.ts';
import type { Models } from '../core/model.ts';
import type { Deployments } from '../core/ports/deployments.ts';
import type { Version, VersionDraft, Versions } from '../core/ports/versions.ts';
import { evaluationsIn } from './evaluations.ts';
import { reached, unlessThere } from './reach.ts';
import { anything, datasetField, date, number, RowSchema, word } from './schema.ts';

type Row = Omit<Version, 'id'> & { _id: string };

const schema = new RowSchema<Row>({
  _id: word,
  model: word,
  number,
  run: word,
  artifact: { _id: false, type: { sha256: word, bytes: number } },
  dataset: datasetField,
  parameters: anything,
  task: String,
  classes: anything,
  code: { _id: false, type: { revision: String, dirty: Boolean } },
  runtime: anything,
  software: String,
  reported: anything,
  predictions: { _id: false, type: { sha256: word, rows: number } },
  imported: anything,
  createdBy: word,
  createdAt: date,
}).writeOnce('A version');
// One run creates one version, however often its job is retried.
schema.index({ run: 1 }, { unique: true });
schema.index(
  { 'imported.key': 1 },
  { unique: true, partialFilterExpression: { 'imported.key': { $exists: true } } },
);
schema.index({ model: 1, number: -1 }, { unique: true });

/** The last version number of each model. */
const counterSchema = new RowSchema<{ _id: string; last: number }>({ _id: word, last: number });

const toVersion = ({ _id, ...row }: Row): Version => ({ id: _id, ...row });

export function versionsIn(
  connection: Connection,
  clock: Clock,
  models: Models,
  deployments: Pick<Deployments, 'live'>,
): Versions {
  const rows = schema.in(connection, 'Version', 'versions');
  const counters = counterSchema.in(connection, 'VersionCounter', 'version_counters');
  const { addEvaluation, evaluation } = evaluationsIn(connection);

  const newest = (model: string) => rows.findOne({ model }).sort({ number: -1 }).lean<Row>();
  const ofRun = (run: string) => rows.findOne({ run }).lean<Row>();
  const ofImport = (key: string) => rows.findOne({ 'imported.key': key }).lean<Row>();
  const madeBy = async ({ run, imported }: VersionDraft) =>
    (await ofRun(run)) ?? (imported && (await ofImport(imported.key)));

  async function byNumber(model: string, number: number): Promise<Version> {
    const row = await rows.findOne({ model, number }).lean<Row>();
    if (row) return toVersion(row);
    const last = await newest(model);
    if (!last) throw none(model);
    throw new NotFound(`${model} has no version ${number}.`, {
      next: `The newest is ${last.number}.`,
    });
  }

  async function champion(model: string, environment: string | undefined): Promise<Version> {
    if (environment === undefined)
      throw new NotFound(`${model} has a different champion in each environment.`, {
        next: 'Use champion@ENVIRONMENT.',
      });
    const live = await deployments.live(model, environment);
    if (live) return byNumber(model, live.version);
    throw new NotFound(
      `${model} has no champion in ${environment}, because no version is live there.`,
      {
        next: 'Give a version number, or promote a version first.',
      },
    );
  }

  async function nextNumber(model: string): Promise<number> {
    const count = () =>
      counters
        .findOneAndUpdate(
          { _id: model },
          { $inc: { last: 1 } },
          { upsert: true, returnDocument: 'after' },
        )
        .lean<{ last: number }>();
    // Two first versions at once: the second upsert is rejected, and counts on.
    const counter = (await unlessThere(count)) ?? (await count());
    if (!counter) throw new Error(`numbering the versions of ${model}: the counter is gone`);
    return counter.last;
  }

  async function insert(draft: VersionDraft): Promise<void> {
    const number = await nextNumber(draft.model);
    const row = { ...draft, _id: `${draft.model}@${number}`, number, createdAt: clock.now() };
    await unlessThere(() => rows.create(row));
  }

  return reached<Versions>(
    {
      async register(draft) {
        if (!(await madeBy(draft))) await insert(draft);
        // Read back rather than returned: another attempt of this run, or the same import, may have been first.
        const row = await madeBy(draft);
        if (!row) throw new Error(`registering the version of ${draft.run}: its number is taken`);
        return toVersion(row);
      },

      async resolve(model, reference, environment) {
        models.get(model);
        const wanted = reference.trim().toLowerCase();
        if (wanted === 'latest') {
          const row = await newest(model);
          if (!row) throw none(model);
          return toVersion(row);
        }
        const [alias, where = environment] = wanted.split('@');
        if (alias === 'champion') return champion(model, where);
        const named = /^(?:(?<of>.+)@)?v?(?<number>\d{1,9})$/.exec(wanted)?.groups;
        if (named && (named['of'] ?? model.toLowerCase()) === model.toLowerCase())
          return byNumber(model, Number(named['number']));
        throw new NotFound(`${model} has no version "${reference}".`, {
          next: `Use 2, v2, ${model}@2, latest, champion or champion@ENVIRONMENT.`,
        });
      },

      numbered: byNumber,

      async ofRun(run) {
        const row = await ofRun(run);
        return row ? toVersion(row) : undefined;
      },

      async ofImport(key) {
        const row = await ofImport(key);
        return row ? toVersion(row) : undefined;
      },

      async ofCommit(model, commit) {
        if (!/^[0-9a-f]{7,40}$/.test(commit)) throw new Error(`'${commit}' is not a commit`);
        // All that begin with it: "g" is behind every digit.
        const revision = { $gte: commit, $lt: `${commit}g` };
        const row = await rows
          .findOne({ model, 'code.revision': revision, 'code.dirty': false })
          .sort({ number: -1 })
          .lean<Row>();
        return row ? toVersion(row) : undefined;
      },

      async list(model, limit = 50) {
        const found = await rows.find({ model }).sort({ number: -1 }).limit(limit).lean<Row[]>();
        return found.map(toVersion);
      },

      addEvaluation,
      evaluation,
    },
    {
      register: 'registering the version',
      resolve: 'looking the version up',
      numbered: 'looking the version up',
      ofRun: 'looking up what a run made',
      ofImport: 'looking up what an import made',
      ofCommit: 'looking up what a commit made',
      list: 'listing the versions',
      addEvaluation: 'storing the evaluation',
      evaluation: 'reading the evaluation',
    },
  );
}

function none(model: string): NotFound {
  return new NotFound(`${model} has no versions yet.`, { next: 'Train one first.' });
}
