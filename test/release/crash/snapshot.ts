import type { Connection } from 'mongoose';

interface Collection {
  name: string;
  documents: readonly object[];
}

/** All that the registry holds. */
export async function snapshotOf(connection: Connection): Promise<Collection[]> {
  const names = (await connection.listCollections()).map(({ name }) => name).sort();
  return Promise.all(
    names.map(async (name) => ({
      name,
      documents: await connection.collection(name).find({}).sort({ _id: 1 }).toArray(),
    })),
  );
}

/** Restores the registry, so that another death begins with the same state. */
export async function restore(connection: Connection, all: readonly Collection[]): Promise<void> {
  const before = new Map(all.map(({ name, documents }) => [name, documents]));
  const now = await connection.listCollections();
  await Promise.all(
    now.map(async ({ name }) => {
      const documents = before.get(name) ?? [];
      const collection = connection.collection(name);
      await collection.deleteMany({});
      if (documents.length > 0) await collection.insertMany([...documents]);
    }),
  );
}

/** What people and gateways see of it, and what is kept for ever. */
const SEEN: Readonly<Record<string, readonly string[]>> = {
  endpoints: ['_id', 'stack', 'lock', 'hold', 'rollout', 'ended'],
  deployments: ['_id', 'version', 'status', 'kind', 'by', 'reason', 'approval', 'replaces'],
  approvals: ['_id', 'status', 'deployment', 'confirmedAt', 'decidedAt', 'reason'],
  subjects: ['_id', 'state'],
  audit: ['_id', 'by', 'action', 'subject', 'model', 'environment', 'via', 'before', 'after'],
  tickets: ['_id', 'model', 'version', 'environment'],
};

/** By collection and ID. How often it was written does not count. */
export function seenIn(all: readonly Collection[]): Record<string, unknown> {
  return Object.fromEntries(
    all.flatMap(({ name, documents }) =>
      documents.flatMap((document) => {
        const fields = SEEN[name];
        if (!fields) return [];
        const seen = fields.map((field) => [field, Reflect.get(document, field)] as const);
        const known = seen.filter(([, value]) => value !== undefined);
        return [[`${name}/${Reflect.get(document, '_id')}`, Object.fromEntries(known)] as const];
      }),
    ),
  );
}
