import type { Address } from '../core/address.ts';
import type { Mark } from '../core/card.ts';
import { deriveId } from '../core/ids.ts';
import type { Copy, State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';
import { anything, number, RowSchema, word } from './schema.ts';

interface CopyRow {
  address: Address;
  message?: string;
  delivered: number;
  /** An attempt to post it was started. */
  attempted?: boolean;
  mark?: Mark;
  /** The highest number of a lease by which something was written here. */
  lease?: number;
  disturbed?: string[];
}

/**
 * A subject with all its copies in one document: a new state and the fact that its copies are behind are one
 * atomic write, so that no crash and no race between the two can lose an update.
 */
export interface Row {
  _id: Subject;
  state: Omit<State, 'data'> & { data?: unknown };
  revision: number;
  parent?: Subject;
  /** A new message waits until then. */
  notBefore?: Date;
  /** By a hash of the address, because channel names may contain dots. */
  copies: Record<string, CopyRow>;
  places: number;
  /** Used by `subjectOf`: platform and message of every posted copy. */
  messages: string[];
  /** True while a copy may be behind; never false while one is. */
  unsettled: boolean;
  /** Grows with every write, so that only a process that saw the latest state clears `unsettled`. */
  change: number;
}

export const schema = new RowSchema<Row>({
  _id: word,
  state: anything,
  revision: number,
  parent: String,
  notBefore: Date,
  copies: anything,
  places: number,
  messages: [String],
  unsettled: { type: Boolean, required: true },
  change: number,
});
schema.index({ unsettled: 1 });
schema.index({ messages: 1 });
schema.index({ parent: 1 });

export type Delivery = Pick<Row, '_id' | 'copies' | 'revision' | 'change'>;

export const copiesIn = ({ _id: subject, copies }: Row): Copy[] =>
  Object.values(copies).map(({ attempted: _, lease: __, ...copy }) => ({ subject, ...copy }));
export const keyOf = ({ platform, channel, thread }: Address) =>
  deriveId('copy', platform, channel, ...(thread === undefined ? [] : [thread]));
export const nameOf = (platform: string, message: string) => `${platform} ${message}`;
export const lags = ({ copies, revision }: Delivery, platforms?: readonly string[]) =>
  Object.values(copies).some(
    ({ address, delivered, disturbed = [] }) =>
      (delivered < revision || disturbed.length > 0) &&
      (platforms === undefined || platforms.includes(address.platform)),
  );
/** Part of each write by a lease: who has lost it changes nothing that its next holder has begun. */
export const noLater = (field: string, lease: number | undefined) =>
  lease !== undefined && {
    $or: [{ [`${field}.lease`]: { $exists: false } }, { [`${field}.lease`]: { $lte: lease } }],
  };
