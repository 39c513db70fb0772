export type SessionPriority = 'low' | 'usual';

/** See session-priority.mjs. */
export function setSessionPriority(pid: number | undefined, priority: SessionPriority): void;
