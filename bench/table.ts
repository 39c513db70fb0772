import type { AutocompleteResult } from './autocomplete.ts';
import type { BatchesResult } from './batches.ts';
import type { DriftResult } from './drift.ts';
import { CALLERS, type InferenceResult } from './inference.ts';
import { millis, whole } from './numbers.ts';
import type { OverloadResult } from './overload.ts';
import type { PerformanceResult } from './performance.ts';
import type { ProfilesResult } from './profiles.ts';
import type { QueueResult } from './queue.ts';
import type { SlackResult } from './slack.ts';
import type { StoreResult } from './store.ts';
import type { WhatIfBenchResult } from './what-if.ts';

export interface Row {
  what: string;
  ours: string;
  bare?: string;
  /** Speed of ours compared with bare: 1 is equal, 0.5 takes twice as long. */
  ratio?: number;
  /** Cost of ours compared with bare: 2 is twice as much. */
  times?: number;
  /** The goal of the figure, and whether it is met. */
  aim?: { words: string; met: boolean };
}

/** Of the speed of the bare queue. */
const QUEUE = 0.95;
/** At most this multiple of the time until a job starts in the bare queue. */
const LATER = 1.1;
/** At most this multiple of the CPU of an app that stores nothing. */
const TIMES = 1.8;
/** With everything else that the process does, spread over few commands. */
const STEADY_TIMES = 2.5;
const ACK_MS = 100;
const OFFER_MS = 200;
/** Of the speed of the bare parts, by what requests share. */
const INFERENCE = 1.5;
/** Of what it can answer, while more arrives. */
const USEFUL = 0.5;
/** The p99 under overload, compared with little load. */
const COLLAPSE = 2;
const BATCH_ROWS = 50_000;
const DRIFT_SECONDS = 2;
const DRIFT_MEGABYTES = 400;
const PERFORMANCE_SECONDS = 3;
const UPDATED_ROWS = 400_000;
const CHECK_MS = 5;
/** The largest window may take this many times as long as the smallest. */
const FLAT = 1.5;
const HOUR_CPU_SECONDS = 60;
/** An index must be faster than a full scan. */
const FASTER = 5;

export function queueRows({ ours, bare, ratio }: QueueResult): Row[] {
  return [
    atLeast(QUEUE, faster('no-op jobs a second', ours.jobsPerSecond, bare.jobsPerSecond, ratio)),
    atLeast(1 / LATER, slower('enqueue to start, p50', ours.p50, bare.p50)),
    slower('enqueue to start, p99', ours.p99, bare.p99),
  ];
}

export function inferenceRows({ few, many, two }: InferenceResult): Row[] {
  const rows = ({ ours, bare, ratio }: InferenceResult['few'], by: string): Row[] => [
    {
      ...faster(`requests a second, by ${by}`, ours.rps, bare.rps, ratio),
      aim: { words: `≥ ${INFERENCE.toFixed(2)}`, met: ratio >= INFERENCE },
    },
    slower('answer, p99', ours.p99, bare.p99),
  ];
  return [
    ...rows(few, `one process to ${CALLERS.few} callers`),
    ...rows(many, `one process to ${CALLERS.many} callers`),
    ...rows(two, `two processes to ${CALLERS.many} callers`),
  ];
}

export function overloadRows({
  capacity,
  times,
  admitted,
  refused,
  lost,
  p99,
}: OverloadResult): Row[] {
  return [
    { what: 'requests a second that it can answer', ours: whole(capacity) },
    {
      what: `answered a second, at ${times} times as many`,
      ours: whole(admitted),
      aim: {
        words: `≥ ${whole(USEFUL * capacity)}`,
        met: admitted >= USEFUL * capacity,
      },
    },
    { what: 'refused a second, with status 429', ours: whole(refused) },
    { what: 'not answered at all', ours: whole(lost), aim: { words: '0', met: lost === 0 } },
    {
      what: 'answer to those that are not, p99; bare: at 0.3 times',
      ...{ ours: millis(p99.overloaded), bare: millis(p99.unloaded), times: p99.ratio },
      aim: { words: `≤ ${COLLAPSE.toFixed(1)}×`, met: p99.ratio <= COLLAPSE },
    },
  ];
}

export function batchesRows({ rows, ours, bare, ratio }: BatchesResult): Row[] {
  const aim = { words: `≥ ${whole(BATCH_ROWS)}`, met: ours >= BATCH_ROWS };
  const what = `rows a second, ${whole(rows)} a request, on disk`;
  return [{ ...faster(what, ours, bare, ratio), aim }];
}

export function slackRows({ ours, bare, answered, busy, ratio, perSecond }: SlackResult): Row[] {
  const within = (ms: number) => ({ words: `< ${ACK_MS} ms`, met: ms < ACK_MS });
  const ack = `acknowledged at ${perSecond}/s`;
  return [
    dearer('CPU a slash command, stored', {
      ...{ ours: ours.cpu, bare: bare.cpu },
      ...{ times: ratio.cpu, most: TIMES },
    }),
    dearer(`the same at ${perSecond}/s`, {
      ...{ ours: ours.steadyCpu, bare: bare.steadyCpu },
      ...{ times: ratio.steadyCpu, most: STEADY_TIMES },
    }),
    {
      what: 'CPU a slash command, answered too',
      ours: fine(answered),
      bare: fine(bare.cpu),
      times: ratio.answered,
    },
    faster('requests a second', ours.rps, bare.rps, ratio.rps),
    slower(`${ack}, p50`, ours.ack.p50, bare.ack.p50),
    { ...slower(`${ack}, p99`, ours.ack.p99, bare.ack.p99), aim: within(ours.ack.p99) },
    slower(`${ack}, max`, ours.ack.max, bare.ack.max),
    { what: 'the same while answering, p99', ours: millis(busy.p99), aim: within(busy.p99) },
    { what: 'the same while answering, max', ours: millis(busy.max) },
  ];
}

export function autocompleteRows({ p50, p99, max, models, runs }: AutocompleteResult): Row[] {
  const over = `with ${whole(models)} models, ${whole(runs)} runs`;
  return [
    { what: `a key press, p50, ${over}`, ours: fine(p50) },
    { what: 'p99', ours: fine(p99), aim: { words: `< ${OFFER_MS} ms`, met: p99 < OFFER_MS } },
    { what: 'max', ours: fine(max) },
  ];
}

export function driftRows(result: DriftResult): Row[] {
  const { rows, columns, seconds, cpuSeconds, megabytes } = result;
  return [
    {
      what: `${whole(rows)} rows × ${columns} columns of Parquet compared with as many`,
      ours: `${seconds.toFixed(2)} s`,
      aim: { words: `≤ ${DRIFT_SECONDS} s`, met: seconds <= DRIFT_SECONDS },
    },
    { what: 'its time on all cores together', ours: `${cpuSeconds.toFixed(2)} s` },
    {
      what: 'its memory, at most',
      ours: `${whole(megabytes)} MB`,
      aim: { words: `< ${DRIFT_MEGABYTES} MB`, met: megabytes < DRIFT_MEGABYTES },
    },
  ];
}

export function performanceRows({ rows, whole: all, sliced }: PerformanceResult): Row[] {
  return [
    {
      what: `a window of ${whole(rows)} predictions with labels: join, metrics, verdict`,
      ours: `${all.seconds.toFixed(2)} s`,
      aim: { words: `≤ ${PERFORMANCE_SECONDS} s`, met: all.seconds <= PERFORMANCE_SECONDS },
    },
    { what: 'its time on all cores together', ours: `${all.cpuSeconds.toFixed(2)} s` },
    { what: 'the same with the slices of a column', ours: `${sliced.seconds.toFixed(2)} s` },
  ];
}

export function profilesRows({ columns, updates, checks, models }: ProfilesResult): Row[] {
  const [smallest, ...larger] = checks;
  const most = Math.max(...checks.map(({ ms }) => ms));
  const flat = most <= FLAT * (smallest?.ms ?? 0);
  return [
    {
      what: `rows of ${columns} columns added to profiles, a second of a core`,
      ...{ ours: whole(updates.ours), bare: whole(updates.bare), ratio: updates.ratio },
      aim: { words: `≥ ${whole(UPDATED_ROWS)}`, met: updates.ours >= UPDATED_ROWS },
    },
    ...(smallest ? [smallest, ...larger] : []).map(({ rows, ms }) => ({
      what: `drift check from profiles of ${whole(rows)} rows`,
      ours: fine(ms),
      aim: { words: `< ${CHECK_MS} ms, flat`, met: ms < CHECK_MS && flat },
    })),
    {
      what: `an hour of ${whole(models.count)} models × ${columns} features`,
      ours: `${models.cpuSeconds.toFixed(2)} CPU-s`,
      aim: { words: `≤ ${HOUR_CPU_SECONDS} CPU-s`, met: models.cpuSeconds <= HOUR_CPU_SECONDS },
    },
    {
      what: 'learning one of them, once after a start',
      ours: `${models.learnCpuSeconds.toFixed(2)} CPU-s`,
    },
  ];
}

/** Without an aim: reading, parsing and comparing are what it does beside the session. */
export function whatIfRows({ rows, ours, bare, ratio }: WhatIfBenchResult): Row[] {
  const what = `of ${whole(rows)} logged requests, asked and compared a second`;
  return [faster(what, ours, bare, ratio)];
}

/** The column `bare` is the full scan here. */
export function storeRows({ rows, newest, range }: StoreResult): Row[] {
  const of = `of ${whole(rows)} in the embedded store`;
  return [
    { what: `the newest 50 ${of}`, ...newest },
    { what: 'a range of dates with 0.1% of them', ...range },
  ].map(({ what, indexed, scanned }) => {
    const ratio = scanned / indexed;
    const aim = { words: `≥ ${FASTER.toFixed(2)}`, met: ratio >= FASTER };
    return { what, ours: fine(indexed), bare: fine(scanned), ratio, aim };
  });
}

function dearer(
  what: string,
  { ours, bare, times, most }: { ours: number; bare: number; times: number; most: number },
): Row {
  const aim = { words: `≤ ${most.toFixed(2)}×`, met: times <= most };
  return { what, ours: fine(ours), bare: fine(bare), times, aim };
}

function faster(what: string, ours: number, bare: number, ratio: number): Row {
  return { what, ours: whole(ours), bare: whole(bare), ratio };
}

function slower(what: string, ours: number, bare: number): Row {
  const ratio = bare / ours;
  return { what, ours: millis(ours), bare: millis(bare), ratio };
}

const atLeast = (least: number, { ratio = Number.NaN, ...row }: Row): Row => ({
  ...{ ...row, ratio },
  aim: { words: `≥ ${least.toFixed(2)}`, met: ratio >= least },
});

const fine = (ms: number) => `${ms.toFixed(2)} ms`;

/** Plain text in columns, with right-aligned numbers. */
export function table(sections: readonly { title: string; rows: readonly Row[] }[]): string {
  const head = ['', 'ours', 'bare', 'ratio', 'aim', ''];
  const body = sections.map(({ title, rows }) => ({ title, cells: rows.map(cellsOf) }));
  const all = [head, ...body.flatMap(({ cells }) => cells)];
  const widths = head.map((_, at) => Math.max(...all.map((cells) => cells[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(head), ...body.flatMap(({ title, cells }) => ['', title, ...cells.map(line)])].join(
    '\n',
  );
}

function cellsOf({ what, ours, bare = '', ratio, times, aim }: Row): string[] {
  const judged = aim === undefined ? '' : aim.met ? 'met' : 'MISSED';
  const beside = times === undefined ? ratio?.toFixed(2) : `${times.toFixed(2)}×`;
  return [`  ${what}`, ours, bare, beside ?? '', aim?.words ?? '', judged];
}
