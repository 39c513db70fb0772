import type { Pipeline } from '../pipeline.ts';
import type { AuditDraft } from './audit.ts';

export type PipelineDraft = Omit<
  Pipeline,
  'revision' | 'attempt' | 'made' | 'createdAt' | 'seenAt' | 'end' | 'restarted'
>;

/** `null` removes the field; `event` is stored with the change. */
export type PipelineChange = Partial<
  Pick<Pipeline, 'steps' | 'made' | 'attempt' | 'restarted' | 'requestedBy' | 'seenAt'>
> & { end?: Pipeline['end'] | null; automation?: string | null; event?: AuditDraft };

/** Pipelines, each one document that is changed conditional on its revision. */
export interface Pipelines {
  /** The same ID returns the same pipeline, unchanged. */
  create(draft: PipelineDraft): Promise<Pipeline>;
  /** Throws NotFound. */
  get(id: string): Promise<Pipeline>;
  /** Newest first. `open`: those that have not ended, or ended after that time. */
  list(filter: { model?: string; open?: Date; limit: number }): Promise<Pipeline[]>;
  /**
   * `step` gets what is stored and says what to change, undefined for nothing; it is asked again if another process was
   * first. What it throws is passed on, and then nothing changes.
   */
  change(id: string, step: (seen: Pipeline) => PipelineChange | undefined): Promise<Pipeline>;
}
