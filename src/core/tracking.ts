/** A tracking server, as configured. */
export interface TrackingSpec {
  url: string;
  /** The environment variable with its token: only the worker gets it. */
  tokenVariable: string | undefined;
  exports: boolean;
}
