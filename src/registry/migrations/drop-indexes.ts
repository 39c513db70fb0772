import type { mongo } from 'mongoose';

const NOT_FOUND = [26, 27]; // NamespaceNotFound, IndexNotFound

/** Drops indexes by their names, if they exist. */
export async function dropIndexes(
  db: mongo.Db,
  indexes: readonly (readonly [collection: string, index: string])[],
): Promise<void> {
  for (const [collection, index] of indexes)
    await db.collection(collection).dropIndex(index).catch(unlessGone);
}

function unlessGone(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (!NOT_FOUND.some((known) => known === code)) throw error;
}
