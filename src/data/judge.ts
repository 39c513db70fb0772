import type { ArrivalRules } from '../core/data.ts';
import type { FeatureSchema } from '../core/model.ts';
import type {
  Arrival,
  ArrivalCheck,
  ArrivalFacts,
  CheckName,
  Problem,
} from '../core/ports/arrivals.ts';

const DAY_MS = 86_400_000;
/** With fewer earlier arrivals, nothing is known about the usual number of rows. */
const ENOUGH_EARLIER = 3;
/** Clocks differ, and a date without a time is the start of its day. */
const AHEAD_MS = DAY_MS;

export interface Judging {
  rules: ArrivalRules;
  features: FeatureSchema;
  label: string;
  /** Arrivals of the same source that were accepted, newest first. */
  earlier: readonly Pick<Arrival, 'rows' | 'columns'>[];
  now: Date;
}

interface Judged {
  checks: ArrivalCheck[];
  isBad: boolean;
}

/** Whether new data may be trained on. Pure: the same facts and earlier arrivals give the same result. */
export function judgeArrival(facts: ArrivalFacts, judging: Judging): Judged {
  const checks = [
    schemaOf(facts, judging),
    volumeOf(facts, judging),
    nullsOf(facts, judging),
    labelsOf(facts),
    freshnessOf(facts, judging),
    driftOf(facts, judging),
  ];
  return { checks, isBad: checks.some(({ status }) => status === 'bad') };
}

function check(name: CheckName, bad: Problem[], notes: Problem[] = []): ArrivalCheck {
  const status = bad.length > 0 ? 'bad' : notes.length > 0 ? 'note' : 'ok';
  return { name, status, problems: [...bad, ...notes] };
}

const notApplied = (name: CheckName): ArrivalCheck => ({
  name,
  status: 'not applied',
  problems: [],
});

/**
 * Columns and types as in the newest accepted arrival. The first one is held to the declared features if it has
 * any of them: raw data need not have them.
 */
function schemaOf(facts: ArrivalFacts, { earlier: [before], features }: Judging): ArrivalCheck {
  const columns = new Map(facts.columns.map(({ name, type }) => [name, type]));
  const unreadable: Problem[] = facts.unreadable.map((one) => ({ kind: 'no number', ...one }));
  if (!before) {
    const declared = Object.keys(features);
    const present = declared.filter((name) => columns.has(name));
    const missing = present.length === 0 ? [] : declared.filter((name) => !columns.has(name));
    return check('schema', [...missing.map(lacks), ...unreadable]);
  }
  const known = new Map(before.columns.map(({ name, type }) => [name, type]));
  const missing = [...known.keys()].filter((name) => !columns.has(name));
  const changed = [...columns].flatMap(([column, type]): Problem[] => {
    const was = known.get(column);
    return !was || type === '' || familyOf(was) === familyOf(type)
      ? []
      : [{ kind: 'type', column, type, before: was }];
  });
  const fresh = [...columns.keys()].filter((name) => !known.has(name));
  return check(
    'schema',
    [...missing.map(lacks), ...changed, ...unreadable],
    fresh.map((column) => ({ kind: 'new column', column })),
  );
}

const lacks = (column: string): Problem => ({ kind: 'missing column', column });

/** CSV has no types: a month without fractions must not look like another schema. */
function familyOf(type: string): string {
  if (/^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\))$/.test(type))
    return 'number';
  if (/^(?:VARCHAR|ENUM\(.*\)|UUID)$/s.test(type)) return 'text';
  return /^(?:DATE|TIMESTAMP.*)$/.test(type) ? 'time' : type;
}

function volumeOf({ rows }: ArrivalFacts, { rules, earlier }: Judging): ArrivalCheck {
  const { minRows: least, volumeRatio } = rules;
  if (rows < least) return check('volume', [{ kind: 'few rows', rows, least }]);
  if (earlier.length < ENOUGH_EARLIER) return notApplied('volume');
  const usual = median(earlier.map((arrival) => arrival.rows));
  const isUsual = rows <= usual * volumeRatio && rows >= usual / volumeRatio;
  return check('volume', isUsual ? [] : [{ kind: 'volume', rows, usual }]);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function nullsOf({ nulls, rows }: ArrivalFacts, { rules }: Judging): ArrivalCheck {
  if (nulls.length === 0 || rows === 0) return notApplied('nulls');
  const many = nulls.filter((one) => one.rows / rows > rules.maxNulls);
  return check(
    'nulls',
    many.map((one) => ({
      ...{ kind: 'nulls', column: one.column, share: one.rows / rows, most: rules.maxNulls },
    })),
  );
}

function labelsOf({ labels }: ArrivalFacts): ArrivalCheck {
  if (!labels) return notApplied('labels');
  const { column, rows, example = '' } = labels;
  return check('labels', rows > 0 ? [{ kind: 'label', column, rows, example }] : []);
}

/** Late data is fine, unless an age is declared; data from the future never is. */
function freshnessOf({ times }: ArrivalFacts, { rules, now }: Judging): ArrivalCheck {
  const { time, maxAgeDays } = rules;
  if (!times)
    return time === undefined && maxAgeDays === undefined
      ? notApplied('freshness')
      : check('freshness', [{ kind: 'no time', column: time ?? 'time' }]);
  const newest = times.to;
  if (newest.getTime() > now.getTime() + AHEAD_MS)
    return check('freshness', [{ kind: 'future', newest }]);
  const days = (now.getTime() - newest.getTime()) / DAY_MS;
  return check(
    'freshness',
    maxAgeDays !== undefined && days > maxAgeDays ? [{ kind: 'old', newest, days }] : [],
  );
}

/** Drift alone is a reason to train, not to leave data out; only what hardly overlaps is unusable. */
function driftOf({ drift }: ArrivalFacts, { rules }: Judging): ArrivalCheck {
  if (!drift) return notApplied('drift');
  const problem = ({ column, psi }: { column: string; psi: number }): Problem => ({
    ...{ kind: 'drift', column, psi, version: drift.version },
  });
  const beyond = drift.columns.filter(({ psi }) => psi > rules.maxPsi);
  const drifted = drift.columns.filter((one) => one.drifted && !beyond.includes(one));
  return check('drift', beyond.map(problem), drifted.map(problem));
}
