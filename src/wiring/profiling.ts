import type { Endpoint } from '../core/endpoint.ts';
import type { Json } from '../core/json.ts';
import { toJson } from '../core/json.ts';
import type { ProfileDocument, ProfileStore } from '../core/ports/profiles.ts';
import { createProfile, observe, type Profile } from '../monitoring/profile/profile.ts';
import { readProfile } from '../monitoring/profile/read-profile.ts';
import { readReference } from '../monitoring/profile/reference.ts';
import type { BinSpec } from '../monitoring/profile/spec.ts';
import { foldersOf } from '../serving/log/folders.ts';
import { pruneCursor, tailSegments } from '../serving/log/tail.ts';
import { type BinSpecs, createProfiler, type Profiler } from '../serving/profiler.ts';
import type { Container } from './container.ts';

/** Joins the prediction log, the profiles and the registry. */
export function createProfiling(container: Container): Profiler {
  const { workspace, registry, artifacts, log, predictions } = container;
  const onProblem = (err: Error) => log.error({ err }, 'profiling the predictions');
  const { dir } = predictions;
  const first = workspace.environments.first;
  const foldersFor = (endpoint: Endpoint) => foldersOf(dir, endpoint, first);
  const specs = new Map<string, BinSpecs<BinSpec>>();

  return createProfiler<Profile, BinSpec>({
    async *tail(endpoint, cursor, signal) {
      const folders = foldersFor(endpoint);
      await predictions.ready(folders, signal);
      yield* tailSegments(folders, cursor, signal, onProblem);
    },
    prune: (endpoint, cursor) => pruneCursor(foldersFor(endpoint), cursor),
    async reference(model, version) {
      const id = `${model}@${version}`;
      const known = specs.get(id);
      if (known) return known;
      const evaluation = await registry.versions.evaluation(id);
      if (!evaluation) return undefined;
      const { features, answers } = readReference(await artifacts.read(evaluation.reference));
      const found = { features: binsOf(features), answers: binsOf(answers) };
      specs.set(id, found);
      return found;
    },
    store: asProfiles(registry.profiles),
    math: {
      create: createProfile,
      observe(profile, value) {
        observe(profile, value);
        return profile;
      },
    },
  });
}

const binsOf = (profiles: Record<string, Profile>) => each(profiles, ({ spec }) => spec);

function each<A, B>(values: Record<string, A>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

/** The library keeps JSON; what comes back is checked before it is counted on. */
function asProfiles(store: ProfileStore<Json>): ProfileStore<Profile> {
  const read = (document: ProfileDocument<Json>): ProfileDocument<Profile> => ({
    ...document,
    features: each(document.features, readProfile),
    answers: each(document.answers, readProfile),
  });
  return {
    async load(endpoint, version, bucket, untimed) {
      const found = await store.load(endpoint, version, bucket, untimed);
      return found && read(found);
    },
    save: (document, revision) =>
      store.save(
        {
          ...document,
          features: each(document.features, toJson),
          answers: each(document.answers, toJson),
        },
        revision,
      ),
    list: async (endpoint, version, window) =>
      (await store.list(endpoint, version, window)).map(read),
    buckets: (endpoint, from, which) => store.buckets(endpoint, from, which),
    watermark: (endpoint, version, untimed) => store.watermark(endpoint, version, untimed),
    loadCursor: (endpoint) => store.loadCursor(endpoint),
    saveCursor: (endpoint, cursor) => store.saveCursor(endpoint, cursor),
  };
}
