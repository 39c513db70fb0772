import { serialize } from 'bson';
import { type Doc, decode } from './values.ts';

// https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const HEADER = 16;
export const MAX_MESSAGE_BYTES = 48_000_000;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;

/** A command as it came in. */
export type Message = {
  requestId: number;
  /** only a driver's first greeting still comes as OP_QUERY */
  legacy: boolean;
  command: Doc;
  /** the client will not read a reply */
  quiet: boolean;
};

/** Cuts a stream of bytes into messages. */
export class MessageReader {
  #chunks: Buffer[] = [];
  #length = 0;

  /** @throws Error on bytes that are no MongoDB message: the connection is of no more use */
  *push(chunk: Buffer): Iterable<Message> {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    while (this.#length >= HEADER) {
      if ((this.#chunks[0]?.length ?? 0) < HEADER) this.#chunks = [Buffer.concat(this.#chunks)];
      const size = this.#chunks[0]?.readInt32LE(0) ?? 0;
      if (size < HEADER || size > MAX_MESSAGE_BYTES) throw new Error(`a message of ${size} bytes`);
      if (this.#length < size) return;
      const bytes = Buffer.concat(this.#chunks);
      this.#chunks = [bytes.subarray(size)];
      this.#length -= size;
      yield parse(bytes.subarray(0, size));
    }
  }
}

function parse(bytes: Buffer): Message {
  const requestId = bytes.readInt32LE(4);
  const opCode = bytes.readInt32LE(12);
  if (opCode === OP_QUERY) {
    const body = bytes.indexOf(0, HEADER + 4) + 1 + 8; // past the namespace, skip and limit
    return { requestId, legacy: true, command: decode(docAt(bytes, body)), quiet: false };
  }
  if (opCode !== OP_MSG) throw new Error(`a message with opcode ${opCode}`);
  const flags = bytes.readUInt32LE(HEADER);
  const end = bytes.length - (flags & CHECKSUM_PRESENT ? 4 : 0);
  const command: Doc = {};
  for (let at = HEADER + 4; at < end; ) {
    const kind = bytes.readUInt8(at);
    const section = docAt(bytes, at + 1); // both kinds start with their length
    if (kind === 0) Object.assign(command, decode(section));
    else if (kind === 1) Object.assign(command, sequence(section));
    else throw new Error(`a message section of kind ${kind}`);
    at += 1 + section.length;
  }
  return { requestId, legacy: false, command, quiet: (flags & MORE_TO_COME) !== 0 };
}

function docAt(bytes: Buffer, at: number): Buffer {
  const size = bytes.readInt32LE(at);
  if (size < 5 || at + size > bytes.length) throw new Error('a message longer than it says');
  return bytes.subarray(at, at + size);
}

function sequence(section: Buffer): Doc {
  const nameEnd = section.indexOf(0, 4);
  const docs: Doc[] = [];
  for (let at = nameEnd + 1; at < section.length; ) {
    const bytes = docAt(section, at);
    docs.push(decode(bytes));
    at += bytes.length;
  }
  return { [section.toString('utf8', 4, nameEnd)]: docs };
}

export function encodeReply({ requestId, legacy }: Message, reply: Doc): Buffer {
  const body = serialize(reply);
  // OP_REPLY: flags, cursor id, start, count of documents. OP_MSG: flags, section kind 0.
  const preamble = Buffer.alloc(legacy ? 20 : 5);
  if (legacy) preamble.writeInt32LE(1, 16);
  const header = Buffer.alloc(HEADER);
  header.writeInt32LE(HEADER + preamble.length + body.length, 0);
  header.writeInt32LE(requestId, 4);
  header.writeInt32LE(requestId, 8);
  header.writeInt32LE(legacy ? OP_REPLY : OP_MSG, 12);
  return Buffer.concat([header, preamble, body]);
}
