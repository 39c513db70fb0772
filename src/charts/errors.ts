import { WheelhouseError } from '../core/errors.ts';

/** The picture could not be drawn. The message names the chart; the text around it can still be sent. */
export class ChartFailed extends WheelhouseError {
  constructor(activity: string, reason: string, details: { next?: string; cause?: unknown } = {}) {
    super('us', `${activity}: ${reason}.`, details);
  }
}

/** The data contains nothing that can be drawn, or violates its type's contract. */
export class ChartImpossible extends ChartFailed {}
