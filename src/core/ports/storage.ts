/** An object that nothing referred to when somebody looked. */
export interface Mark {
  sha256: string;
  since: Date;
  /** It is being removed since then. */
  removing?: Date;
}

/** What the registry knows about objects: who refers to them, and which will be removed. */
export interface StorageRecords {
  /** Of this registry, for ever the same. */
  owner(): Promise<string>;
  /** Every hash in every document, with the collection that it is in. Hashes of other things are among them. */
  references(signal?: AbortSignal): AsyncIterable<{ collection: string; sha256: string }>;
  marks(): Promise<Mark[]>;
  /** Those that are marked already stay as they are. */
  mark(hashes: readonly string[]): Promise<void>;
  /** Something refers to them again. Those that are being removed stay. */
  unmark(hashes: readonly string[]): Promise<void>;
  /**
   * Begins to remove one, if it is still marked since before then, and nobody else removes it.
   * @returns when this began, to be confirmed; undefined: it is not to be removed by this process
   */
  claim(sha256: string, before: Date): Promise<Date | undefined>;
  /** Right before it is removed: whether the claim still holds. Nobody else takes it over for ten minutes. */
  confirm(sha256: string, claimed: Date): Promise<boolean>;
  /** It was removed, or stays after all. */
  release(sha256: string): Promise<void>;
  /** After an object was stored: it is not removed any more. False if it is being removed now: store it again. */
  keep(sha256: string): Promise<boolean>;
}
