import { isFailed, type JudgedGate, whyFailed } from './judged-gate.ts';

/** One line of a test report. */
interface TestCase {
  /** What it belongs to, e.g. `flights.production`. */
  group: string;
  name: string;
  seconds?: number;
  /** Undefined: passed. */
  end?: { is: 'failure' | 'error' | 'skipped'; kind: string; words: string };
}

/** Gates as test cases: one that keeps a version from being voted on is a failure, one that does not apply is skipped. */
export function gateCases(group: string, gates: readonly JudgedGate[]): TestCase[] {
  return gates.map((gate): TestCase => {
    const base = { group, name: gate.name };
    if (isFailed(gate)) {
      const kind = gate.pending ? 'pending' : 'failed';
      return { ...base, end: { is: 'failure', kind, words: whyFailed(gate) } };
    }
    const { override, notApplicable, words } = gate;
    if (override) {
      const why = `Overridden by ${override.by}: ${override.reason} ${words}`;
      return { ...base, end: { is: 'skipped', kind: 'overridden', words: why } };
    }
    return notApplicable
      ? { ...base, end: { is: 'skipped', kind: 'not applicable', words } }
      : base;
  });
}

/**
 * A test report in the JUnit format, which CI servers show beside a commit. Whatever the text holds, the file is
 * well-formed XML 1.0.
 */
export function junitXml(suite: string, cases: readonly TestCase[]): string {
  const count = (kind: string) => cases.filter(({ end }) => end?.is === kind).length;
  const seconds = cases.reduce((sum, one) => sum + (one.seconds ?? 0), 0);
  const counts = attributes({
    ...{ name: suite, tests: cases.length, failures: count('failure'), errors: count('error') },
    ...{ skipped: count('skipped'), time: seconds.toFixed(3) },
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite${counts}>`,
    ...cases.map(caseXml),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function caseXml({ group, name, seconds = 0, end }: TestCase): string {
  const head = attributes({ classname: group, name, time: seconds.toFixed(3) });
  if (!end) return `    <testcase${head}/>`;
  const message = end.is === 'skipped' ? { message: end.words } : { type: end.kind };
  const inside =
    end.is === 'skipped'
      ? `<skipped${attributes(message)}/>`
      : `<${end.is}${attributes({ ...message, message: end.words })}>${escaped(end.words)}</${end.is}>`;
  return `    <testcase${head}>${inside}</testcase>`;
}

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' },
  // As they are, a parser would turn them into spaces within an attribute.
  ...{ '\n': '&#10;', '\t': '&#9;' },
};

/** Characters that XML 1.0 does not have, not even escaped, become U+FFFD. */
function escaped(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"\n\t]/g, (one) => ENTITIES[one] ?? one);
}
