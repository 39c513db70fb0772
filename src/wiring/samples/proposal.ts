import type { Proposal } from '../../core/ports/proposals.ts';
import { AT } from './things.ts';

export const PROPOSAL: Proposal = {
  ...{ id: 'proposal-7k2f9qab', agent: 'claude', owner: 'dev', status: 'open' },
  ...{ command: 'train', input: { model: 'flights', parameters: { trees: '50' } } },
  why: 'The newest days look different.',
  createdAt: AT,
  expiresAt: AT,
};
