import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { EngineOrder, EngineState, EngineUse } from '../../core/engine.ts';
import { Refused } from '../../core/errors.ts';
import type { SignedAccess } from '../../core/ports/objects.ts';
import { parametersIn } from '../environment.ts';
import { fullWords } from '../output-limit.mjs';

/** Exit codes of the shim; a program with one of them cannot be told from it. */
const [LATE, NOT_CARRIED] = [254, 253];
/** For what is left to do after the program: artifacts may be large. */
const AFTERWARDS_MS = 15 * 60_000;
/** What is handed over; other artifacts mean nothing. */
export const HANDED_OVER = ['model', 'predictions'] as const;

/** The program that runs a training where there is no disk of ours. */
export const shim = (): Promise<string> => readFile(new URL('./shim.py', import.meta.url), 'utf8');

/** The part of a slot's name that all slots of an execution share. */
export const slotOf = (id: string, name: string): string => `${id}/${name}`;

/** @throws Refused if the object store has no addresses that another machine could reach */
export function requireSigned(signed: SignedAccess | undefined, engine: string): SignedAccess {
  if (signed) return signed;
  throw new Refused(
    `Trainings on ${engine} need an object store that other machines reach, so nothing was started.`,
    { next: 'Set objects in wheelhouse.yaml, e.g. kind: s3. docs/engines.md explains it.' },
  );
}

/** Where, and how, a shim runs its program. */
interface Place {
  /** Where that machine has the workspace. */
  folder: string;
  /** For how long it may wait there before it starts. */
  startMs: number;
  /** What a program that is told to end is given to do so. */
  graceMs: number;
  /** Whether it says how long it ran: see RAN. */
  saysTime: boolean;
}

/**
 * The order of a shim, as the value of WHEELHOUSE_ORDER. Without a dollar sign: Ray puts variables into variables.
 */
export async function shimOrder(
  { id, argv, request, data, timeoutMs, outputBytes }: EngineOrder,
  { folder, startMs, graceMs, saysTime }: Place,
  signed: SignedAccess,
): Promise<string> {
  const seconds = Math.ceil((startMs + timeoutMs + AFTERWARDS_MS) / 1000);
  const slots = await Promise.all(
    HANDED_OVER.map(async (name) => [name, await signed.put(slotOf(id, name), seconds)] as const),
  );
  const order = JSON.stringify({
    ...{ argv, folder, request, timeout: timeoutMs / 1000, grace: graceMs / 1000 },
    ...{ output: outputBytes, full: fullWords(outputBytes), says_time: saysTime },
    mark: randomBytes(16).toString('hex'),
    env: {
      ...parametersIn(request),
      WHEELHOUSE_RUN: request.run,
      WHEELHOUSE_FROM: request.window.from.toISOString(),
      WHEELHOUSE_TO: request.window.to.toISOString(),
    },
    data: { sha256: data.sha256, request: await signed.get(data.sha256, seconds) },
    slots: Object.fromEntries(slots),
  });
  return order.replaceAll('$', '\\u0024');
}

/** What the end of a shim says of its program. */
export function endOfShim(code: number, use: EngineUse): EngineState {
  if (code === LATE) return { status: 'stopped', why: 'late', use };
  if (code === NOT_CARRIED)
    return { status: 'gone', why: 'Its rows or its artifacts could not be carried: see its log.' };
  return { status: 'ended', code, use };
}

/** The last line of a shim: how long it ran, for engines that do not say when they started it. */
export const RAN = /^\{"ran_seconds": ([\d.]+)\}$/;
