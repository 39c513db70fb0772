import { Refused, Unreachable } from './errors.ts';

/** A target was told, and is on its way: look again. Not a failure. */
export class NotYet extends Unreachable {}

/** It is pointless to try again before something else is wanted, or somebody asks for it. */
export class GivenUp extends Refused {}
