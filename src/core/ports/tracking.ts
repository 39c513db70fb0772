import type { ModelSpec } from '../model.ts';
import type { RegisteredVersion } from '../target-kind.ts';
import type { Imported } from './versions.ts';

/** A model file of another registry, with what is known of it there. */
export interface ForeignModel {
  origin: Omit<Imported, 'key'>;
  /** Tells apart what has the same name and version, because the model was deleted and made again. */
  identity: string;
  /** The version here that was exported as this one, by number and hash of its file. */
  ours?: { number: number; artifact: string };
  /** The ONNX file, and others beside it by name. Throws Refused if they are missing or too large. */
  file(): Promise<Uint8Array>;
  beside(name: string): Promise<Uint8Array>;
}

/** The tracking server of the configuration: registered versions appear there, and models come from there. */
export interface Tracking {
  /** Its host; undefined if none is configured. */
  server: string | undefined;
  /** Whether versions are exported to it. */
  exports: boolean;
  /** Idempotent. Throws Unreachable if the server does not answer. */
  export(version: RegisteredVersion, model: ModelSpec, signal: AbortSignal): Promise<void>;
  /**
   * By `MODEL/VERSION` or `MODEL@ALIAS`.
   * @throws NotFound, or Refused if it has no ONNX file that can be had
   */
  find(reference: string, signal: AbortSignal): Promise<ForeignModel>;
}
