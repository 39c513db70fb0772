import type { Socket } from 'node:net';
import { deserialize, serialize } from 'node:v8';

const HEAD_BYTES = 4;

/** Sends a value as `v8.serialize` writes it, after its length in 4 bytes. */
export function sendFrame(socket: Socket, value: unknown): void {
  const body = serialize(value);
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(body.length);
  socket.cork();
  socket.write(head);
  socket.write(body);
  socket.uncork();
}

/** Calls back with each value that arrives. Only for processes of our own: nothing is checked. */
export function onFrames<T>(socket: Socket, heard: (value: T) => void): void {
  let parts: Buffer[] = [];
  let bytes = 0;
  /** The size of the parts that must be there before anything can be read. */
  let needed = HEAD_BYTES;
  socket.on('data', (part: Buffer) => {
    parts.push(part);
    bytes += part.length;
    if (bytes < needed) return;
    let rest = Buffer.concat(parts);
    for (needed = sizeOf(rest); rest.length >= needed; needed = sizeOf(rest)) {
      heard(deserialize(rest.subarray(HEAD_BYTES, needed)));
      rest = rest.subarray(needed);
    }
    [parts, bytes] = [[rest], rest.length];
  });
}

const sizeOf = (bytes: Buffer): number =>
  HEAD_BYTES + (bytes.length < HEAD_BYTES ? 0 : bytes.readUInt32LE());
