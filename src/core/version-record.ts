import { canonical, sha256 } from './canonical.ts';
import { toJson } from './json.ts';
import type { Evaluation, Version } from './ports/versions.ts';

/** What is recorded about a version: where its data, its parameters and its code came from, and how it did. */
export interface VersionRecord {
  version: Version;
  evaluation: Evaluation | undefined;
}

/** SHA-256, in hexadecimal, of its canonical JSON. */
export const digestOfRecord = (record: VersionRecord): string => sha256(canonical(toJson(record)));
