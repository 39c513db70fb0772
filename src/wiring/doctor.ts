import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { commands } from '../../commands/index.ts';
import { readWhatIsRight, type Settings } from '../../config/settings.ts';
import { type LoadedWorkspace, loadWorkspace } from '../../config/workspace.ts';
import type { EngineSpec } from '../core/engine.ts';
import { BadInput, inWords, WheelhouseError } from '../core/errors.ts';
import { specIn } from '../core/model.ts';
import { withoutSecrets } from '../core/secrets.ts';
import { shapeOf } from '../core/shape.ts';
import { adapterKinds } from '../platforms/index.ts';
import type { CheckResult, PlatformKind } from '../platforms/kind.ts';
import { engineKindOf } from '../training/engines/index.ts';
import { examineSources } from './data/examine.ts';
import { examineRedis, examineStore, verdict } from './doctor-servers.ts';
import { openObjects } from './objects.ts';
import { cardSamples } from './samples/cards.ts';

/** As package.json asks for. */
const LEAST_NODE = [20, 19] as const;
/** A platform that does not answer must not keep anybody from reading the rest. */
const PATIENCE_MS = 30_000;
/** A call for each card, and Slack may ask to wait between them. */
const CARDS_MS = 300_000;
/** Longer words than these push what stands after them out of its column. */
const BROADEST = 60;

/** Where findings are printed. */
interface Out {
  write(text: string): unknown;
}

interface Area {
  area: string;
  findings: CheckResult[];
}

/**
 * Looks at everything that a bot needs, whatever else is broken, and prints a line for each: what it
 * is, and what to do. Changes nothing and needs no running bot. True where all is well.
 */
export async function runDoctor(
  { json }: { json: boolean },
  out: Out,
  { settings, fault } = readWhatIsRight(),
): Promise<boolean> {
  const workspace = await loadWorkspace(settings.workspace, {
    path: settings.environment['PATH'],
  }).catch((error: unknown) => error);
  const loaded = await loadedOf(workspace, settings);
  const areas = await Promise.all([
    looked('node', async () => [node()]),
    looked('environment', async () => [
      fault ? wrong(fault) : { what: 'all variables are valid', ok: true },
      ...speaker(settings, loaded),
    ]),
    looked('workspace', async () => {
      if (!isLoaded(workspace)) return [wrong(workspace)];
      return [{ what: join(workspace.folder, 'wheelhouse.yaml'), ok: true }];
    }),
    looked('Redis', () => examineRedis(settings)),
    looked('MongoDB', () => examineStore(settings)),
    looked('objects', () => objects(settings, loaded)),
    looked('data', () => examineSources(settings, loaded)),
    ...(loaded?.engines ?? []).map((one) => looked(one.name, () => engine(one, settings))),
    ...adapterKinds.map((kind) => looked(kind.name, () => adapter(kind, settings, loaded))),
  ]);
  return report(areas, json, out);
}

/**
 * The same for one platform, which is asked besides whether it takes every kind of card.
 * @throws BadInput where there is no such platform
 */
export async function runPlatformDoctor(
  name: string,
  { json }: { json: boolean },
  out: Out,
  { settings } = readWhatIsRight(),
): Promise<boolean> {
  const kind = adapterKinds.find((one) => one.name === name);
  if (!kind)
    throw new BadInput(`There is no platform "${name}" to check.`, {
      next: `Name one of ${adapterKinds.map((one) => one.name).join(', ')}, or none to check everything.`,
    });
  const loaded = await loadedOf(undefined, settings);
  const areas = await Promise.all([
    looked(name, () => adapter(kind, settings, loaded)),
    looked(`${name} cards`, () => validated(kind, settings), CARDS_MS),
  ]);
  return report(areas, json, out);
}

/** Whether the store of models and data can be read. It is not written to. */
async function objects(
  settings: Settings,
  workspace: LoadedWorkspace | undefined,
): Promise<CheckResult[]> {
  if (!workspace) return [];
  const { objects: store } = await openObjects(settings, workspace);
  // Its first object is enough.
  for await (const _ of store.list(AbortSignal.timeout(PATIENCE_MS))) break;
  return [{ what: `${store.place} can be read`, ok: true }];
}

/** Whether an engine that is elsewhere can be reached. */
async function engine(spec: EngineSpec, { environment }: Settings): Promise<CheckResult[]> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const secret = (name: string) => environment[name];
  const what = await engineKindOf(spec.kind).look(spec, { secret, signal });
  return what === undefined ? [] : [{ what, ok: true }];
}

/** A program that is missing is no reason to look at nothing else. */
async function loadedOf(
  workspace: unknown,
  settings: Settings,
): Promise<LoadedWorkspace | undefined> {
  if (isLoaded(workspace)) return workspace;
  return loadWorkspace(settings.workspace).catch(() => undefined);
}

function report(areas: readonly Area[], json: boolean, out: Out): boolean {
  const lines = areas.flatMap(({ area, findings }) => findings.map((one) => ({ area, ...one })));
  const ok = lines.every((line) => line.ok);
  const text = json ? `${JSON.stringify({ ok, findings: lines }, null, 2)}\n` : columns(lines);
  out.write(withoutSecrets(text)); // No finding should quote one; this holds even where a server does.
  return ok;
}

const isLoaded = (value: unknown): value is LoadedWorkspace =>
  typeof value === 'object' && value !== null && 'folder' in value;

/** What breaks while it is looked at is a finding too. */
async function looked(
  area: string,
  look: () => Promise<CheckResult[]>,
  patienceMs = PATIENCE_MS,
): Promise<Area> {
  const late = new AbortController();
  const findings = await Promise.race([
    look(),
    wait(patienceMs, [], { signal: late.signal }).then((): CheckResult[] => [
      { what: `no answer within ${patienceMs / 1000} s`, ok: false, next: 'Try again later.' },
    ]),
  ])
    .catch((error: unknown) => [wrong(error)])
    .finally(() => late.abort());
  return { area, findings };
}

function wrong(error: unknown): CheckResult {
  if (!(error instanceof WheelhouseError && error.next)) return { what: inWords(error), ok: false };
  // Whoever asks the doctor had started nothing.
  const next = error.next.replace('Nothing was started. ', '');
  return { what: error.message, ok: false, next };
}

function node(): CheckResult {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNew = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  return verdict(process.version, isNew, `Install Node ${LEAST_NODE.join('.')} or newer.`);
}

function speaker({ token, user, demo }: Settings, workspace?: LoadedWorkspace): CheckResult[] {
  const has = token !== undefined;
  const make = 'Set it to a secret of at least 16 characters, e.g. from "openssl rand -hex 16".';
  const findings = [verdict(`WHEELHOUSE_TOKEN is ${has ? '' : 'not '}set`, has, make)];
  if (demo || !workspace) return findings;
  const person = user === undefined ? undefined : workspace.people.byId(user);
  const what = person
    ? `WHEELHOUSE_USER is ${person.name}, ${person.role}`
    : `WHEELHOUSE_USER ${user === undefined ? 'is not set' : `"${user}" is not in this workspace`}`;
  const known = workspace.personIds.join(', ');
  return [
    ...findings,
    verdict(what, person !== undefined, `Set it to the owner of the token: ${known}.`),
  ];
}

async function adapter(
  kind: PlatformKind,
  { environment }: Settings,
  workspace: LoadedWorkspace | undefined,
): Promise<CheckResult[]> {
  const closed = kind.read(environment);
  if (!closed) return [{ what: 'disabled: not configured', ok: true }];
  const mapped = (workspace?.channels ?? []).flatMap(({ id, at }) => {
    const there = at[kind.name];
    return there === undefined ? [] : [{ id, there }];
  });
  const channels = [...new Set(mapped.map(({ there }) => there))];
  const findings = await closed.examine({ channels, commands: commands.map(shapeOf) });
  const environments = workspace?.environments.list() ?? [];
  const used = new Set(
    workspace?.models
      .list()
      .flatMap((spec) => environments.map((environment) => specIn(spec, environment).channel)),
  );
  const nowhere = [...used].filter((channel) => !mapped.some(({ id }) => id === channel));
  return [
    ...findings,
    ...nowhere.map((channel) => ({
      what: `#${channel} has no channel on ${kind.name}`,
      ok: false,
      next: `Set where its messages go in wheelhouse.yaml: channels.${channel}.at.${kind.name}.`,
    })),
  ];
}

async function validated(kind: PlatformKind, { environment }: Settings): Promise<CheckResult[]> {
  const closed = kind.read(environment);
  if (!closed)
    return [
      verdict(
        `the cards were not validated: ${kind.name} is not configured`,
        false,
        `Set ${kind.variables[0]}; docs/${kind.name}.md says where to find it.`,
      ),
    ];
  if (closed.validate) return closed.validate(cardSamples());
  return [{ what: `${kind.name} has no way to validate cards`, ok: true }];
}

function columns(lines: readonly (CheckResult & { area: string })[]): string {
  const width = Math.max(...lines.map(({ area }) => area.length));
  const withNext = lines.filter(({ next }) => next).map(({ what }) => oneLine(what).length);
  const broad = Math.max(...withNext.filter((length) => length <= BROADEST), 0);
  return lines
    .map(({ area, what, ok, next }) => {
      const words = oneLine(what);
      const shown = next ? `${words.padEnd(broad)}  ${oneLine(next)}` : words;
      return `${ok ? '✔' : '✖'} ${area.padEnd(width)}  ${shown}\n`;
    })
    .join('');
}

const oneLine = (text: string): string => text.trim().replaceAll(/\s*\n\s*/g, ' ');
