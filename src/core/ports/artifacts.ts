/** Content-addressed bytes: models, reference data, pictures. Written once, never changed. */
export interface Artifacts {
  /** Copies a file into the store; durable when it returns. */
  putFile(path: string): Promise<{ sha256: string; bytes: number }>;
  putBytes(bytes: Uint8Array): Promise<{ sha256: string; bytes: number }>;
  /** The bytes, after verifying their hash. Throws NotFound, or ObjectCorrupt with what to do. */
  read(sha256: string): Promise<Uint8Array>;
  /**
   * A path to the bytes, for programs that read files, after verifying the hash. It may be used until the job ends that
   * asked; elsewhere until this process ends.
   */
  path(sha256: string): Promise<string>;
}
