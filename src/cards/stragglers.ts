import { plural } from '../core/figures.ts';
import { oneLine } from '../core/one-line.ts';
import type { Straggler } from '../core/ports/gateway.ts';

/** A fleet may have many. */
const MOST_NAMED = 5;

/** Which gateways of a fleet do not follow a switch, as sentences. */
export function stragglersInWords(behind: readonly Straggler[]): string {
  const named = behind.slice(0, MOST_NAMED).map(({ name, version, why }) => {
    const state =
      version === undefined ? 'answers with no version' : `still answers with v${version}`;
    return `The gateway ${oneLine(name)} ${state}${why === undefined ? '' : ` (${oneLine(why).slice(0, 200)})`}.`;
  });
  const left = behind.length - named.length;
  return [...named, ...(left > 0 ? [`So do ${plural(left, 'more gateway')}.`] : [])].join(' ');
}
