import { CUSTOM_ID } from './limits.ts';

/** The content of the `custom_id` of a button or menu. Anyone can send one: the dispatch checks it. */
export interface Press {
  /** `ask`: asks for confirmation first; `cancel`: cancels that; `choose`: its argument is the field. */
  kind: 'do' | 'ask' | 'cancel' | 'choose';
  command: string;
  argument: string;
}

const PREFIX = { do: 'do', ask: 'ask', cancel: 'no', choose: 'pick' } as const;

/** Undefined if it does not fit. */
export function customIdOf({ kind, command, argument }: Press): string | undefined {
  if (!/^\S+$/u.test(command)) return undefined;
  const id = `${PREFIX[kind]}:${command}${argument === '' ? '' : ` ${argument}`}`;
  return id.length <= CUSTOM_ID && !/\p{Cs}/u.test(id) ? id : undefined;
}

/** Undefined if it is not ours. */
export function parsePress(customId: string): Press | undefined {
  const found = /^(do|ask|no|pick):(\S+)(?: (.+))?$/su.exec(customId);
  if (!found) return undefined;
  const [, prefix, command = '', argument = ''] = found;
  const kind = kinds.find((candidate) => PREFIX[candidate] === prefix);
  return kind && { kind, command, argument };
}

const kinds = ['do', 'ask', 'cancel', 'choose'] as const;
