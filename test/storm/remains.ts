import { deriveId } from '../../src/core/ids.ts';
import { CAST, ROOMS } from './cast.ts';
import type { Container } from './container.ts';
import type { Player } from './play.ts';
import type { Script } from './script.ts';
import type { Stage } from './stage.ts';

/** Of a record, what was written how often and when. */
const MARKS = [
  ...['revision', 'change', 'unsettled', 'places', 'messages', '__v'],
  // Copies of audit events until the log is known to have them; the log itself is compared.
  'due',
  // Of an event in the audit log, its place in the chain; the chain itself is verified.
  ...['sequence', 'previous', 'hash'],
];
const MARKS_OF_COPY = ['delivered', 'attempted', 'message', 'lease', 'disturbed'];

const ANEW = ['recount', 'notify', 'carry'];

type Row = Record<string, unknown>;
type Remains = Record<string, string[]>;

/**
 * All that the registry and the queues hold, with the ids of the platform replaced by the place of
 * their event in the script, and without times and counters.
 */
export async function remains(
  script: Script,
  container: Container,
  stage: Stage,
  player: Player,
): Promise<Remains> {
  const rename = renaming(await namesIn(container, stage, player));
  const found: Remains = {};
  for (const { name } of await container.probe.listCollections()) {
    const rows = await container.probe.collection(name).find({}).toArray();
    found[name] = rows
      .filter((row) => !isByTheWay(row, name, script))
      .map((row) => settled(rename(JSON.stringify(told(row)))))
      .toSorted();
  }
  // What was not acknowledged, and done again, is handled twice. Its effects are in the other collections.
  found['handled_events'] = [...new Set(found['handled_events'])];
  const { fault } = await container.registry.audit.verify();
  found['audit chain'] = [fault?.what ?? 'whole'];
  found['queues'] = (await container.queued())
    // An adapter that comes back has votes counted anew, and their messages looked at: one that waits then says nothing
    // of what was heard.
    .filter(({ name, why }) => !ANEW.includes(name) || why !== undefined)
    .map((job) => rename(JSON.stringify(job)))
    .toSorted();
  return found;
}

/** How an open vote got where it is depends on which events were heard; where it is does not. */
function isByTheWay(row: Row, collection: string, { standing }: Script): boolean {
  const words = JSON.stringify(row);
  const open = [...standing.keys()].some((id) => words.includes(id));
  if (collection === 'audit') return open && VOTING.test(String(row['action']));
  return collection === 'subjects' && open && /^(reply|answer):/.test(String(row['_id']));
}

const VOTING = /^approval\.|^command\.(approve|reject|withdraw)$/;

function told(row: Row): Row {
  const kept = Object.entries(row).filter(([key]) => !MARKS.includes(key));
  const rest: Row = Object.fromEntries(kept);
  // What a list shows, and whether there is anything to show, depends on when it was asked for.
  if (String(row['_id']).startsWith('answer:') && isList(row['state'])) delete rest['state'];
  if (isRow(rest['copies']))
    rest['copies'] = Object.values(rest['copies']).map((copy) =>
      isRow(copy) ? without(copy, MARKS_OF_COPY) : copy,
    );
  return sorted(rest);
}

/**
 * The groups of a vote's account are the platform's ids of a server that is another one in each container. Slack may not
 * have said in time whether an account is of another organization: people who are listed vote all the same.
 */
const GROUPS = /,"groups":\["\d+"\]|,"external":"unknown"/g;

const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

function isList(state: unknown): boolean {
  const card = isRow(state) && isRow(state['card']) ? state['card'] : {};
  return 'table' in card || /No (matching )?runs|No open/.test(String(card['title']));
}

function without(row: Row, keys: readonly string[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([key]) => !keys.includes(key)));
}

/** Places have an order only once they have their names. */
function settled(text: string): string {
  const row: unknown = JSON.parse(text);
  if (!isRow(row) || !Array.isArray(row['copies'])) return text;
  const copies = row['copies'].map((copy) => JSON.stringify(copy)).toSorted();
  return JSON.stringify({ ...row, copies });
}

/** Keys in one order: which vote was written first is of no account. */
function sorted(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [
        key,
        isRow(value) && key === 'votes' ? sorted(withoutRooms(value)) : value,
      ]),
  );
}

/** A request stands in two rooms: where an emoji is in both, its vote is from the one that was heard first. */
function withoutRooms(votes: Row): Row {
  const plain = Object.entries(votes).map(([who, vote]) => {
    if (!isRow(vote) || vote['byReaction'] === undefined || !isRow(vote['cast']))
      return [who, vote];
    return [who, { ...vote, cast: without(vote['cast'], ['from']) }];
  });
  return Object.fromEntries(plain);
}

async function namesIn(
  container: Container,
  stage: Stage,
  player: Player,
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const who of CAST) names.set(stage.account(who), `@${who}`);
  for (const room of ROOMS) names.set(stage.channel(room), `#${room}`);
  for (const [n, marks] of player.marks)
    for (const event of marks.flatMap(container.eventsOf)) {
      names.set(event, `event-${n}`);
      names.set(deriveId('run', event), `run-of-${n}`);
      names.set(deriveId('approval', event), `approval-of-${n}`);
    }
  const rename = renaming(names);
  for (const event of container.bots.reactions) names.set(event, 'emoji');
  for (const { subject, copies } of await container.subjects())
    for (const { address, message } of copies)
      if (message !== undefined)
        names.set(message, `message of ${rename(subject)} in ${rename(address.channel)}`);
  return names;
}

/** What the bot makes of an emoji whose event it never got. */
const MISSED = /missed-[0-9a-z]+-\d+-approval-[\w-]+-(true|false)/g;
/** A vote whose bot was killed before it told anybody is told later, with how the request stands then. */
const STANDING = /(approved \w+ v\d+): (?:1 of 2 approvals|approved, deploying now)\./g;
const TIME = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** The longest names first: some are made of others. */
function renaming(names: ReadonlyMap<string, string>): (text: string) => string {
  const all = [...names].toSorted(([a], [b]) => b.length - a.length);
  return (text) =>
    all.reduce(
      (words, [name, plain]) => (words.includes(name) ? words.replaceAll(name, plain) : words),
      text
        .replaceAll(TIME, 'TIME')
        .replaceAll(MISSED, 'emoji')
        .replaceAll(GROUPS, '')
        .replaceAll(STANDING, '$1: STANDING.'),
    );
}
