import type { Excess } from './excess.ts';

/** Something that the real Discord would refuse, or a mistake of the double itself. */
export interface Fault {
  kind: 'request' | 'answer' | 'dispatch' | 'limit' | 'mention' | 'route' | 'act' | 'gateway';
  /** The route as in Discord's document, the event, or the action. */
  where: string;
  what: string;
}

/** An error response of Discord. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly excesses: readonly Excess[];

  constructor(status: number, code: number, message: string, excesses: readonly Excess[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.excesses = excesses;
  }

  get body(): Record<string, unknown> {
    const errors = this.excesses.length === 0 ? {} : { errors: tree(this.excesses) };
    return { message: this.message, code: this.code, ...errors };
  }
}

/** https://docs.discord.com/developers/topics/opcodes-and-status-codes#json */
export const refusals = {
  unauthorized: () => new Refusal(401, 0, '401: Unauthorized'),
  noRoute: () => new Refusal(404, 0, '404: Not Found'),
  unknownChannel: () => new Refusal(404, 10003, 'Unknown Channel'),
  unknownGuild: () => new Refusal(404, 10004, 'Unknown Guild'),
  unknownMember: () => new Refusal(404, 10007, 'Unknown Member'),
  unknownMessage: () => new Refusal(404, 10008, 'Unknown Message'),
  unknownUser: () => new Refusal(404, 10013, 'Unknown User'),
  unknownEmoji: () => new Refusal(400, 10014, 'Unknown Emoji'),
  unknownWebhook: () => new Refusal(404, 10015, 'Unknown Webhook'),
  unknownInteraction: () => new Refusal(404, 10062, 'Unknown interaction'),
  alreadyAcknowledged: () => new Refusal(400, 40060, 'Interaction has already been acknowledged.'),
  notYours: () => new Refusal(403, 50005, 'Cannot edit a message authored by another user'),
  emptyMessage: () => new Refusal(400, 50006, 'Cannot send an empty message'),
  invalidToken: () => new Refusal(401, 50027, 'Invalid Webhook Token'),
  archived: () => new Refusal(400, 50083, 'Thread is archived'),
  hasThread: () => new Refusal(400, 160004, 'A thread has already been created for this message'),
  tooLarge: () => new Refusal(413, 40005, 'Request entity too large'),
  invalidForm: (excesses: readonly Excess[]) =>
    new Refusal(400, 50035, 'Invalid Form Body', excesses),
};

/** Discord's nested shape: every step of the path is a key, the leaf holds `_errors`. */
function tree(excesses: readonly Excess[]): Record<string, unknown> {
  const here = excesses.filter(({ path }) => path === '');
  if (here.length > 0) return { _errors: here.map(({ code, message }) => ({ code, message })) };
  const branches = new Map<string, Excess[]>();
  for (const one of excesses) {
    const [key = '', ...rest] = one.path.split('.');
    branches.set(key, [...(branches.get(key) ?? []), { ...one, path: rest.join('.') }]);
  }
  return Object.fromEntries([...branches].map(([key, below]) => [key, tree(below)]));
}
