/** All that is needed: a token can do no more, whatever the installation allows. */
export const PERMISSIONS = { checks: 'write', deployments: 'write', actions: 'read' } as const;

/** The events that GitHub must send. */
export const EVENTS = ['deployment_protection_rule'];
