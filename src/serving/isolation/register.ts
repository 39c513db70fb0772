/*
 * A file of 32 bytes shared by an inference process and its controller. The first half is written by the
 * serving thread before it enters a version; the second by its watchdog, every 100 ms.
 */
export const IDLE = 0;
export const RUNNING = 1;
export const LOADING = 2;
type Phase = typeof IDLE | typeof RUNNING | typeof LOADING;

export const REGISTER_BYTES = 32;
const WATCHED_AT = 16;

/** The last known activity of a process; `slot` is the controller's number for a version. */
export interface Doing {
  slot: number;
  phase: Phase;
  /** Bytes of the file being loaded, or rows being scored. */
  amount: number;
}

type Write = (data: Buffer, position: number) => void;

export function writeEntered(write: Write, { slot, phase, amount }: Doing): void {
  const data = Buffer.alloc(12);
  data.writeUInt32LE(slot, 0);
  data.writeUInt32LE(phase, 4);
  data.writeUInt32LE(Math.min(amount, 0xffff_ffff), 8);
  write(data, 0);
}

export interface Seen {
  /** The version entered last; it may have been left, unless the process records both. */
  entered: Doing;
  /** The watchdog's last observation. */
  now: Doing;
  /** How often it entered or left a version, modulo 2^32: a changed number is a sign of life. */
  steps: number;
}

export function readRegister(data: Buffer): Seen {
  const at = (offset: number): Doing => ({
    slot: data.readUInt32LE(offset),
    phase: phaseOf(data.readUInt32LE(offset + 4)),
    amount: data.readUInt32LE(offset + 8),
  });
  return { entered: at(0), now: at(WATCHED_AT), steps: data.readUInt32LE(WATCHED_AT + 12) };
}

function phaseOf(value: number): Phase {
  return value === RUNNING ? RUNNING : value === LOADING ? LOADING : IDLE;
}
