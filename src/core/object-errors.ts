import { NotFound, WheelhouseError } from './errors.ts';

/** The bytes in the store are not those that were stored, so nothing may be computed from them. */
export class ObjectCorrupt extends WheelhouseError {
  constructor(sha256: string, where: string, found: string) {
    super('upstream', `artifact ${sha256} is corrupt: ${where} now hashes to ${found}.`, {
      next: 'Check the disk or the store, then restore the file from a backup or store the same artifact again, which replaces it.',
    });
  }
}

export class ObjectMissing extends NotFound {
  constructor(sha256: string, place: string) {
    super(`artifact ${sha256} is not in ${place}.`, {
      next: 'Train the version again, or restore it from a backup: docs/storage.md#missing.',
    });
  }
}
