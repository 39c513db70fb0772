import type { Person } from '../core/people.ts';

/** `viewer`, or `viewer (approver in staging, operator in test)`. */
export function rolesInWords({ role, roles = {} }: Pick<Person, 'role' | 'roles'>): string {
  const others = Object.entries(roles)
    .filter(([, own]) => own !== role)
    .map(([environment, own]) => `${own} in ${environment}`);
  return others.length === 0 ? role : `${role} (${others.join(', ')})`;
}
