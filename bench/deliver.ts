import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { digestOfEvidence } from '../src/core/evidence.ts';
import type { Version } from '../src/core/ports/versions.ts';
import { Answered } from '../src/platforms/terminal/wire.ts';
import type { Container } from '../src/wiring/container.ts';
import type { BenchHouse } from './container.ts';

const PATIENCE_MS = 20_000;
/** Looks are work for the store, on the cores that are measured. */
const LOOK_MS = 100;

/** A version of these bytes, as a run would register it. */
export async function register(
  { registry, artifacts }: Container,
  model: string,
  run: string,
  bytes: Uint8Array,
): Promise<Version> {
  return registry.versions.register({
    model,
    run: `bench-${run}`,
    artifact: { ...(await artifacts.putBytes(bytes)), bytes: bytes.length },
    dataset: { window: { from: new Date(0), to: new Date(1) }, sha256: '0'.repeat(64), rows: 0 },
    parameters: {},
    code: { revision: 'bench', dirty: false },
    runtime: {},
    reported: {},
    createdBy: 'bench',
  });
}

/**
 * Requested, approved by a person and deployed by the worker, but without the gates. Resolves with the deployment: when
 * it is live, or beside the live one if the model is rolled out step by step.
 */
export async function promote(
  bench: BenchHouse,
  version: Version,
  environment: string,
): Promise<string> {
  const { approvals, deployments } = bench.container.registry;
  const { model, number } = version;
  const live = await deployments.live(model, environment);
  const { id } = await approvals.request({
    ...{ id: `approval-${randomUUID()}`, model, version: number, environment },
    ...{ requestedBy: 'dev', needed: 1 },
  });
  const shown = {
    ...{ artifact: version.artifact.sha256, gates: [], metrics: {} },
    ...(live && { champion: live.version }),
  };
  const evidence = { ...shown, digest: digestOfEvidence(shown) };
  await approvals.open(id, evidence, new Date(Date.now() + 3_600_000));
  await command(bench, ['approve', id], 'lead');
  let deployment: string | undefined;
  await until(`${version.id} is deployed`, async () => {
    deployment = (await approvals.get(id)).deployment;
    return deployment !== undefined;
  });
  return deployment ?? '';
}

/** @throws Error if it does not hold within the time */
export async function until(
  what: string,
  holds: () => Promise<boolean>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const late = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > late) throw new Error(`not within ${patienceMs / 1000} s: ${what}`);
    await wait(LOOK_MS);
  }
}

/** @throws Error if the command was refused */
export async function command(
  { botUrl, token }: BenchHouse,
  [name, ...input]: string[],
  as = 'dev',
): Promise<void> {
  const answer = await fetch(`${botUrl}/api/invocations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: randomUUID(), as, command: name, input }),
  });
  const { reply } = Answered.parse(await answer.json());
  if (reply.fault) throw new Error(`/${name} was refused: ${reply.card.title}`);
}

/** Resolves with the result, or rejects after a timeout. */
export async function soon<T>(what: string, coming: Promise<T>): Promise<T> {
  const enough = new AbortController();
  const late = wait(PATIENCE_MS, undefined, { signal: enough.signal }).then(() => {
    throw new Error(`not within ${PATIENCE_MS / 1000} s: ${what}`);
  });
  try {
    return await Promise.race([coming, late]);
  } finally {
    late.catch(() => {}); // nobody waits for it any more
    enough.abort();
  }
}
