import { type Endpoint, endpointId, isSameEndpoint } from '../../src/core/endpoint.ts';
import type { Positions, ProfileDocument, ProfileStore } from '../../src/core/ports/profiles.ts';

/** Profiles in memory. `before` is called ahead of every step and may throw, as a crash would. */
export function createMemoryProfiles<Profile>(before: (step: string) => void = () => {}) {
  const documents = new Map<string, ProfileDocument<Profile>>();
  const cursors = new Map<string, Positions>();
  const key = (endpoint: Endpoint, version: number, bucket: Date, untimed = false) =>
    `${endpointId(endpoint)}@${version} ${bucket.toISOString()} ${untimed}`;
  const only = <T extends { untimed?: boolean }>(found: T[], untimed: boolean | undefined) =>
    found.filter((document) => untimed === undefined || (document.untimed ?? false) === untimed);
  const list = (endpoint: Endpoint, version: number) =>
    [...documents.values()]
      .filter((document) => isSameEndpoint(document, endpoint) && document.version === version)
      .sort((a, b) => a.bucket.getTime() - b.bucket.getTime());

  const store: ProfileStore<Profile> = {
    async load(endpoint, version, bucket, untimed) {
      before('load');
      return structuredClone(documents.get(key(endpoint, version, bucket, untimed)));
    },
    async save(document, expectedRevision) {
      before('save');
      const name = key(document, document.version, document.bucket, document.untimed);
      if ((documents.get(name)?.revision ?? 0) !== expectedRevision) return false;
      documents.set(name, structuredClone({ ...document, revision: expectedRevision + 1 }));
      before('saved');
      return true;
    },
    async list(endpoint, version, { from, to }) {
      return structuredClone(
        list(endpoint, version).filter(({ bucket }) => bucket >= from && bucket < to),
      );
    },
    async buckets(endpoint, from, which) {
      const sums = new Map<number, { rows: number; late: number }>();
      const found = which
        ? only(list(endpoint, which.version), which.untimed)
        : [...documents.values()].filter((document) => isSameEndpoint(document, endpoint));
      for (const { bucket, rows, late = 0 } of found) {
        if (bucket < from) continue;
        const before = sums.get(bucket.getTime()) ?? { rows: 0, late: 0 };
        sums.set(bucket.getTime(), { rows: before.rows + rows, late: before.late + late });
      }
      return [...sums]
        .sort(([a], [b]) => a - b)
        .map(([bucket, { rows, late }]) => ({
          ...{ bucket: new Date(bucket), rows },
          ...(late > 0 && { late }),
        }));
    },
    watermark: async (endpoint, version, untimed) =>
      only(list(endpoint, version), untimed).at(-1)?.latest,
    async loadCursor(endpoint) {
      before('loadCursor');
      return { ...cursors.get(endpointId(endpoint)) };
    },
    async saveCursor(endpoint, cursor) {
      before('saveCursor');
      cursors.set(endpointId(endpoint), { ...cursor });
      before('savedCursor');
    },
  };
  return store;
}
