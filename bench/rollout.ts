import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { Version } from '../src/core/ports/versions.ts';
import type { RolloutEnd } from '../src/core/rollout.ts';
import { type BenchHouse, openBenchHouse } from './container.ts';
import { command, promote, soon, until } from './deliver.ts';
import { median, quantile } from './numbers.ts';
import { now } from './rollout/messages.ts';
import { startTraffic, type Traffic } from './rollout/traffic.ts';
import {
  ALL_BAD,
  type Bad,
  ENVIRONMENTS,
  MODEL,
  ROW,
  registerAll,
  tiny,
  WORKSPACE,
} from './rollout/versions.ts';
import {
  openWindows,
  type Part,
  type Places,
  p99Of,
  type Windows,
  windowsAt,
} from './rollout/windows.ts';

export interface RolloutBenchResult {
  /** A version that is no worse goes live by its steps; undefined if that was left out. */
  promoted?: { seconds: number; asked: number };
  /** Of each bad challenger: from the begin of its rollout to its end, and to its last answer. Seconds. */
  bad: { name: Bad; seconds: number; why: string }[];
  /** Milliseconds from /rollback to the last answer by a challenger, and to the first by a restored version. */
  ended: number;
  rollbacks: { count: number; p50: number; p99: number };
  requests: { sent: number; failed: number; perSecond: number; reached: number };
  /**
   * Milliseconds, of the stable version's requests: while nothing happens, and during all of this. Medians over the
   * phases, and of their ratios. `all`: also of the requests that waited for a challenger in vain. `minute`: of a minute
   * that contains a phase. `parts`: each phase.
   */
  p99: {
    quiet: number;
    during: number;
    ratio: number;
    all: number;
    minute: number;
    minuteRatio: number;
    parts: Part[];
  };
  /** The same without a rollout, while another process scores as many rows: what a rollout costs at least. */
  beside: { p99: number; ratio: number };
}

const ROLES = ['policy', 'serve', 'worker', 'monitor', 'bot'];
/** Two steps of a minute, and what is asked in between. */
const PATIENCE_MS = 240_000;
/** A challenger that gave no answer for this long gives none any more. */
const SILENT_MS = 1500;

/**
 * Rollouts under load, with every part in its own process: a promotion by its steps, challengers that are bad in four
 * ways, and rollbacks by command. Before each of them nothing happens for a while, and then only another
 * process scores as many rows; the latencies of these times are compared.
 */
export async function benchRollout({
  perSecond = 500,
  quietS = 10,
  settleS = 3,
  rollbacks = 20,
  bad = ALL_BAD,
  promotes = true,
}: {
  perSecond?: number;
  quietS?: number;
  settleS?: number;
  rollbacks?: number;
  bad?: readonly Bad[];
  promotes?: boolean;
} = {}): Promise<RolloutBenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-rollout-'));
  await writeFile(join(folder, 'wheelhouse.yaml'), stringify(WORKSPACE));
  const bench = await openBenchHouse({ roles: ROLES, workspace: folder });
  try {
    const versions = await registerAll(bench.container, bad);
    const place = async (environment: string) => {
      await promote(bench, versions.stable, environment);
      const url = `${bench.gatewayUrl}/${environment}/v2/models/${MODEL}`;
      await until('the gateway answers', async () => (await fetch(`${url}/live`)).ok);
      return startTraffic(`${url}/infer`, ROW, perSecond);
    };
    const scored = join(folder, 'scored.onnx');
    await writeFile(scored, tiny(0));
    const windows: Windows[] = [];
    const counts = { sent: 0, failed: 0, seconds: 0 };
    type During = <T>(what: string, act: () => Promise<T>) => Promise<T>;
    const under = async <T>(
      environment: string,
      act: (traffic: Traffic, during: During) => Promise<T>,
    ) => {
      const traffic = await place(environment);
      const began = now();
      const opened: [what: string, places: Places][] = [];
      const during: During = async (what, measured) => {
        const rows = { file: scored, perSecond };
        opened.push([what, await openWindows(traffic, rows, { quietS, settleS })]);
        return measured();
      };
      try {
        return await act(traffic, during);
      } finally {
        counts.seconds += (now() - began) / 1000;
        const { sent, failed, phases } = await traffic.stop();
        counts.sent += sent;
        counts.failed += failed;
        windows.push(...opened.map(([what, places]) => windowsAt(what, phases, places)));
      }
    };

    const times = await under(ENVIRONMENTS.direct, (traffic, during) =>
      during('/rollback again and again', () => rollBackOften(bench, traffic, versions, rollbacks)),
    );
    const results = await under(ENVIRONMENTS.canary, async (traffic, during) => {
      const all: RolloutBenchResult['bad'] = [];
      for (const [name, version] of versions.bad) {
        const { ended } = await during(name, () =>
          rollOut(bench, traffic, version, ENVIRONMENTS.canary),
        );
        if (ended.outcome !== 'failed')
          throw new Error(`${name} was ${ended.outcome}: ${ended.why}`);
        all.push({ name, seconds: secondsOf(ended), why: ended.why });
      }
      const ended = await during('a rollout that /rollback ends', () =>
        endByCommand(bench, traffic, versions.newer),
      );
      return { all, ended };
    });
    const promoted = promotes
      ? await under(ENVIRONMENTS.stepwise, async (traffic, during) => {
          const { ended, asked } = await during('live by its steps', () =>
            rollOut(bench, traffic, versions.newer, ENVIRONMENTS.stepwise),
          );
          if (ended.outcome !== 'promoted')
            throw new Error(`it was ${ended.outcome}: ${ended.why}`);
          return { seconds: secondsOf(ended), asked };
        })
      : undefined;
    const { sent, failed, seconds } = counts;
    return {
      ...(promoted && { promoted }),
      ...{ bad: results.all, ended: results.ended },
      rollbacks: { count: rollbacks, p50: median(times), p99: quantile(times, 0.99) },
      requests: { sent, failed, perSecond, reached: (sent - failed) / seconds },
      ...p99Of(windows, perSecond),
    };
  } finally {
    await bench.close();
    await rm(folder, { recursive: true });
  }
}

const secondsOf = ({ began, at }: RolloutEnd): number => (at.getTime() - began.getTime()) / 1000;

/** Until the rollout is over. What it asks is answered at once, and counted. */
async function rollOut(
  bench: BenchHouse,
  traffic: Traffic,
  version: Version,
  environment: string,
): Promise<{ ended: RolloutEnd; asked: number }> {
  const { endpoints } = bench.container.registry;
  const deployment = await promote(bench, version, environment);
  traffic.rollout(deployment);
  let asked = 0;
  let last: RolloutEnd | undefined;
  await until(
    `the rollout of ${version.id} ends`,
    async () => {
      const { rollout, ended } = await endpoints.get({ model: MODEL, environment });
      if (rollout?.paused?.asks) {
        asked += 1;
        await command(bench, ['resume', MODEL, '--in', environment]);
      }
      last = ended?.deployment === deployment ? ended : undefined;
      return last !== undefined;
    },
    PATIENCE_MS,
  );
  if (!last) throw new Error(`the rollout of ${version.id} has no end`);
  // The gateway still finishes what it has.
  await wait(1000);
  if (last.outcome === 'failed') await command(bench, ['resume', MODEL, '--in', environment]);
  return { ended: last, asked };
}

/**
 * Milliseconds from the command to the challenger's last answer; 0 if it gave none after it. Answers are noted while the
 * command is carried out, too.
 */
async function endByCommand(bench: BenchHouse, traffic: Traffic, version: Version) {
  const environment = ENVIRONMENTS.canary;
  const deployment = await promote(bench, version, environment);
  traffic.rollout(deployment);
  await soon('the challenger answers', traffic.answer(version.number));
  const began = now();
  await command(bench, ['rollback', MODEL, '--in', environment, '--reason', 'bench']);
  const { endpoints } = bench.container.registry;
  await until('the rollout ends', async () => {
    const { ended } = await endpoints.get({ model: MODEL, environment });
    return ended?.deployment === deployment;
  });
  const last = async () => (await traffic.last(version.number)) ?? began;
  await until('the challenger answers no more', async () => now() - (await last()) > SILENT_MS);
  // With few requests, none of its may have been answered after the command.
  return Math.max(0, (await last()) - began);
}

/** Milliseconds of each from the command to the first answer by the restored version. */
async function rollBackOften(
  bench: BenchHouse,
  traffic: Traffic,
  { stable, newer }: { stable: Version; newer: Version },
  rollbacks: number,
): Promise<number[]> {
  const environment = ENVIRONMENTS.direct;
  const nextOf = ({ number }: Version) => traffic.answer(number);
  const times: number[] = [];
  for (let n = 0; n < rollbacks; n += 1) {
    await promote(bench, newer, environment);
    await soon(`version ${newer.number} answers`, nextOf(newer));
    const began = now();
    const restored = nextOf(stable);
    await command(bench, ['rollback', MODEL, '--in', environment, '--reason', 'bench']);
    times.push((await soon(`version ${stable.number} answers`, restored)) - began);
  }
  return times;
}
