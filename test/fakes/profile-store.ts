import type { Positions, ProfileDocument, ProfileStore } from '../../src/core/ports/profiles.ts';

/** Profiles in memory. `before` is called ahead of every step and may throw, as a crash would. */
export function createMemoryProfiles<Profile>(before: (step: string) => void = () => {}) {
  const documents = new Map<string, ProfileDocument<Profile>>();
  const cursors = new Map<string, Positions>();
  const key = (model: string, version: number, bucket: Date, untimed = false) =>
    `${model}@${version} ${bucket.toISOString()} ${untimed}`;
  const only = <T extends { untimed?: boolean }>(found: T[], untimed: boolean | undefined) =>
    found.filter((document) => untimed === undefined || (document.untimed ?? false) === untimed);
  const list = (model: string, version: number) =>
    [...documents.values()]
      .filter((document) => document.model === model && document.version === version)
      .sort((a, b) => a.bucket.getTime() - b.bucket.getTime());

  const store: ProfileStore<Profile> = {
    async load(model, version, bucket, untimed) {
      before('load');
      return structuredClone(documents.get(key(model, version, bucket, untimed)));
    },
    async save(document, expectedRevision) {
      before('save');
      const name = key(document.model, document.version, document.bucket, document.untimed);
      if ((documents.get(name)?.revision ?? 0) !== expectedRevision) return false;
      documents.set(name, structuredClone({ ...document, revision: expectedRevision + 1 }));
      before('saved');
      return true;
    },
    async list(model, version, { from, to }) {
      return structuredClone(
        list(model, version).filter(({ bucket }) => bucket >= from && bucket < to),
      );
    },
    buckets: async (model, version, from, untimed) =>
      only(list(model, version), untimed)
        .filter(({ bucket }) => bucket >= from)
        .map(({ bucket, rows }) => ({ bucket, rows })),
    watermark: async (model, version, untimed) =>
      only(list(model, version), untimed).at(-1)?.latest,
    async loadCursor(model) {
      before('loadCursor');
      return { ...cursors.get(model) };
    },
    async saveCursor(model, cursor) {
      before('saveCursor');
      cursors.set(model, { ...cursor });
      before('savedCursor');
    },
  };
  return store;
}
