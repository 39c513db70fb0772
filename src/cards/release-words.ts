import { plural } from '../core/figures.ts';
import type { Release } from '../core/release.ts';
import { stepOf } from '../core/rollout.ts';

/** Where a request is, as a sentence. */
export function releaseInWords(release: Release): string {
  switch (release.at) {
    case 'gates':
      return 'Its gates are being checked.';
    case 'votes':
      return `${release.approval.id} needs ${plural(release.approval.needed, 'approval')}.`;
    case 'refused':
      return release.approval.reason ?? `${release.approval.id} is ${release.approval.status}.`;
    case 'switch':
      return 'It is approved, and about to go live.';
    case 'rollout': {
      const { rollout } = release;
      const { paused, step, steps } = rollout;
      const { weight, shadow } = stepOf(rollout);
      const share = shadow ? 'in shadow' : `${weight}% of requests`;
      const at = `Step ${step + 1} of ${steps.length}: ${share}`;
      return paused ? `${at}, paused by ${paused.by}: ${paused.why}.` : `${at}.`;
    }
    case 'ended':
      if (release.ended === 'failed')
        return 'It was not deployed; the message of its request says why.';
      if (release.ended === 'replaced') return 'Another version went live in its place.';
      return `The rollout ${ENDED[release.ended.outcome]}: ${release.ended.why}.`;
    case 'gateway':
      return 'The registry has switched to it; the gateway has not confirmed it yet.';
    case 'live':
      return 'It is live.';
  }
}

const ENDED = {
  ...{ promoted: 'is done', failed: 'failed', aborted: 'was aborted', replaced: 'was replaced' },
} as const;
