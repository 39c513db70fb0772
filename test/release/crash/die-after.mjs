import { existsSync, readFileSync, unlinkSync } from 'node:fs';
import { Socket } from 'node:net';

/**
 * Loaded into a worker with `--import`: once the file named by DIE_AFTER exists, the process is killed after the number
 * of database commands in it. They take effect, but it receives no reply.
 */
const file = process.env['DIE_AFTER'] ?? '';
let left;

function count() {
  if (left === undefined && existsSync(file)) left = Number(readFileSync(file, 'utf8'));
  if (left === undefined) return;
  left -= 1;
  if (left >= 0) return;
  unlinkSync(file);
  process.kill(process.pid, 'SIGKILL');
}

/** The opcode of the wire protocol, behind the length and two numbers. */
const OP_MSG = 2013;
const isCommand = (data) =>
  Buffer.isBuffer(data) && data.length > 20 && data.readInt32LE(12) === OP_MSG;

const { write } = Socket.prototype;
Socket.prototype.write = function counted(data, ...rest) {
  const more = write.call(this, data, ...rest);
  if (isCommand(data)) count();
  return more;
};
