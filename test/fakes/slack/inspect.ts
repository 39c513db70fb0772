import type { Body } from './json.ts';
import { faultsIn, refusalOf } from './limits.ts';
import type { State } from './state.ts';

/** Records the faults in what came by `way`; returns Slack's error if it would refuse it. */
export function inspect(
  { faults }: Pick<State, 'faults'>,
  way: string,
  body: Body,
  method = way,
): string | undefined {
  const found = faultsIn(method, body);
  faults.push(...found.map((fault) => `${way}: ${fault}`));
  return refusalOf(found);
}
