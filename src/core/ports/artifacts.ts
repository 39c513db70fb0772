/** Content-addressed bytes: models, reference data, pictures. Written once, never changed. */
export interface Artifacts {
  /** Copies a file in; durable when it returns. */
  putFile(path: string): Promise<{ sha256: string; bytes: number }>;
  putBytes(bytes: Uint8Array): Promise<{ sha256: string; bytes: number }>;
  /** The bytes, after their hash was checked. Throws NotFound, or ArtifactCorrupt which says what to do. */
  read(sha256: string): Promise<Uint8Array>;
  /** A path to the bytes for programs that read files, after the hash was checked. */
  path(sha256: string): Promise<string>;
}
