import type { Needs } from '../../core/world.ts';

export type BoardParts = Needs<
  | 'models'
  | 'environments'
  | 'deployments'
  | 'approvals'
  | 'alerts'
  | 'findings'
  | 'versions'
  | 'runs'
  | 'profiles'
  | 'replies'
  | 'clock'
>;
