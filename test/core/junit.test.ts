import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { gateCases, junitXml } from '../../src/core/junit.ts';
import { anyCharacters } from '../any-text.ts';
import { tries } from '../sweep.ts';

const at = new Date(0);
const words = 'AUC is 0.6.';
const GATES = [
  { name: 'smoke test', passed: true, words },
  { name: 'AUC', passed: false, words, change: 'Train on more rows.' },
  { name: 'soak', passed: false, pending: true as const, words },
  { name: 'drill', passed: false, notApplicable: true as const, words },
  { name: 'rows', passed: false, words, override: { by: 'ops', reason: 'known', at } },
];

const Report = z.object({
  testsuites: z.object({
    testsuite: z.object({
      '@tests': z.string(),
      '@failures': z.string(),
      '@skipped': z.string(),
      testcase: z.array(z.record(z.string(), z.unknown())),
    }),
  }),
});

function parsed(xml: string) {
  expect(XMLValidator.validate(xml)).toBe(true);
  const options = { ignoreAttributes: false, attributeNamePrefix: '@', trimValues: false };
  const tree: unknown = new XMLParser({ ...options, isArray: (name) => name === 'testcase' }).parse(
    xml,
  );
  return Report.parse(tree).testsuites.testsuite;
}

describe('core/junit', () => {
  it('counts what fails and what is skipped as a request does', () => {
    const suite = parsed(junitXml('flights', gateCases('flights.production', GATES)));
    expect(suite).toMatchObject({ '@tests': '5', '@failures': '2', '@skipped': '2' });
    const [smoke, auc, soak, drill, rows] = suite.testcase;
    expect(smoke).toMatchObject({ '@name': 'smoke test', '@classname': 'flights.production' });
    expect(Object.keys(smoke ?? {})).not.toContain('failure');
    expect(auc).toMatchObject({
      failure: { '@type': 'failed', '#text': 'AUC is 0.6. Train on more rows.' },
    });
    expect(soak).toMatchObject({ failure: { '@type': 'pending' } });
    expect(drill).toMatchObject({ skipped: { '@message': words } });
    expect(rows).toMatchObject({ skipped: { '@message': 'Overridden by ops: known AUC is 0.6.' } });
  });

  it('is well-formed whatever the text holds, and keeps it', () => {
    const text = anyCharacters(60);
    const hostile = fc.oneof(text, fc.constantFrom(']]>', '<!--', '&lt;', '"\u0000\ud800', '\r\n'));
    fc.assert(
      fc.property(hostile, hostile, (name, why) => {
        const gate = { name, passed: false, words: why };
        const { testcase } = parsed(junitXml(name, gateCases(name, [gate])));
        expect(testcase).toHaveLength(1);
      }),
      tries(200),
    );
    const quoted = `a "b" <c> & 'd'`;
    const [one] = parsed(
      junitXml('x', gateCases('x', [{ name: quoted, passed: true, words }])),
    ).testcase;
    expect(one).toMatchObject({ '@name': quoted });
  });
});
