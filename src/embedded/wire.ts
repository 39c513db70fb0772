import { calculateObjectSize, serialize } from 'bson';
import { StoreError } from './errors.ts';
import { type Doc, decode } from './values.ts';

// https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER = 16;
const MAX_MESSAGE_BYTES = 48_000_000;

/** A received command; `legacy` as OP_QUERY, which only a driver's first greeting still uses. */
type Message = { requestId: number; legacy: boolean; command: Doc };

/** A document of 16 MiB and its envelope. `serialize` would cut off what is beyond 17 MiB. */
const MAX_REPLY_BYTES = 17_000_000;
const tooLarge = new StoreError(10334, 'the reply would be too large').reply;

/** A greeting is smaller; an unauthenticated client must not fill our memory. */
const MAX_GREETING_BYTES = 16_384;

/**
 * @param isKnown whether the sender has authenticated
 * @throws Error on bytes that are not a message this store accepts
 */
export async function* messages(
  chunks: AsyncIterable<Buffer>,
  isKnown: () => boolean,
): AsyncIterable<Message> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of chunks) {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= HEADER) {
      const size = bytes.readInt32LE(0);
      const most = isKnown() ? MAX_MESSAGE_BYTES : MAX_GREETING_BYTES;
      if (size < HEADER || size > most) throw new Error(`a message of ${size} bytes`);
      if (bytes.length < size) break;
      yield parse(bytes.subarray(0, size));
      bytes = bytes.subarray(size);
    }
  }
}

function parse(bytes: Buffer): Message {
  const requestId = bytes.readInt32LE(4);
  const opCode = bytes.readInt32LE(12);
  if (opCode === OP_QUERY) {
    const body = bytes.indexOf(0, HEADER + 4) + 1 + 8; // past the namespace, skip and limit
    return { requestId, legacy: true, command: decode(docAt(bytes, body)) };
  }
  // Flags would tell of a checksum at the end, or of a client that waits for no reply.
  const flags = bytes.readUInt32LE(HEADER);
  if (opCode !== OP_MSG || flags !== 0) throw new Error(`opcode ${opCode} with flags ${flags}`);
  const command: Doc = {};
  for (let at = HEADER + 4; at < bytes.length; ) {
    const section = docAt(bytes, at + 1); // both kinds start with their length
    Object.assign(command, bytes[at] === 0 ? decode(section) : sequence(section));
    at += 1 + section.length;
  }
  return { requestId, legacy: false, command };
}

/** A list that travels beside the command: length, name of its field, documents. */
function sequence(section: Buffer): Doc {
  const nameEnd = section.indexOf(0, 4);
  const docs: Doc[] = [];
  for (let at = nameEnd + 1; at < section.length; at += section.readInt32LE(at))
    docs.push(decode(docAt(section, at)));
  return { [section.toString('utf8', 4, nameEnd)]: docs };
}

function docAt(bytes: Buffer, at: number): Buffer {
  const size = bytes.readInt32LE(at);
  if (size < 5 || at + size > bytes.length) throw new Error('a message longer than it says');
  return bytes.subarray(at, at + size);
}

export function encode({ requestId, legacy }: Message, reply: Doc): Buffer {
  const body = serialize(calculateObjectSize(reply) > MAX_REPLY_BYTES ? tooLarge : reply);
  // OP_REPLY: flags, cursor id, start, count of documents. OP_MSG: flags, section kind 0.
  const header = Buffer.alloc(HEADER + (legacy ? 20 : 5));
  header.writeInt32LE(header.length + body.length, 0);
  header.writeInt32LE(requestId, 8);
  header.writeInt32LE(legacy ? OP_REPLY : OP_MSG, 12);
  if (legacy) header.writeInt32LE(1, HEADER + 16);
  return Buffer.concat([header, body]);
}
