import { Unreachable } from '../../core/errors.ts';
import { Observed, type ObservedState } from '../../core/target.ts';

/**
 * What a target reports, from its text. Undefined if it reports nothing.
 * @throws Unreachable if it is not JSON of that shape
 */
export function readObserved(text: string, doing: string): ObservedState | undefined {
  if (text.trim() === '') return undefined;
  try {
    return Observed.parse(JSON.parse(text));
  } catch (cause) {
    throw new Unreachable(
      `${doing}: the report is not JSON such as {"stable": {"version": 3}} or {"stable": null}.`,
      { cause },
    );
  }
}
