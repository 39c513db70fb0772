import { Unreachable } from '../../core/errors.ts';

/** An execution was lost with its machine, or by somebody's hand: nothing of it runs, and it may be started again. */
export class ExecutionLost extends Unreachable {}
