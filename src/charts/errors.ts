import { WheelhouseError } from '../core/errors.ts';

/** The picture could not be drawn. The message names the chart; the words around it can still go out. */
export class ChartFailed extends WheelhouseError {
  constructor(activity: string, reason: string, details: { next?: string; cause?: unknown } = {}) {
    super('us', `${activity}: ${reason}.`, details);
  }
}

/** The data holds nothing that a picture could show, or breaks the promise its type makes. */
export class ChartImpossible extends ChartFailed {}
