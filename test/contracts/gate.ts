import { describe, expect, it } from 'vitest';
import type { GateAbout, GateEvidence, GateKind } from '../../src/core/gate.ts';
import { toJson } from '../../src/core/json.ts';
import { isFailed, toJudged, whyFailed } from '../../src/core/judged-gate.ts';
import { binary } from '../../src/tasks/binary/index.ts';

/** What a kind of gate provides to the suite, as `sample` in `test/release/gates/<name>/sample.ts`. */
export interface GateSample {
  /** As in the file. */
  gate: Record<string, unknown>;
  passes: Partial<GateEvidence>;
  /** Each must fail, and say what would change that. */
  fails: readonly { evidence: Partial<GateEvidence>; words: RegExp; change: RegExp }[];
  /** Settings that are refused. */
  contradictions?: readonly { gate: Record<string, unknown>; words: RegExp }[];
}

const NOTHING: GateEvidence = { at: new Date('2026-11-02T12:00:00Z'), rows: 0, metrics: {} };
const ABOUT: GateAbout = {
  ...{ model: 'flights', version: 7, environment: 'production' },
  ...{ metrics: binary.metrics([]), primary: ['auc'] },
};
const WORKSPACE = {
  ...{ environments: ['staging', 'production'], environment: 'production' },
  features: ['distance', 'carrier'],
};

/** A judge must not change its arguments. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const part of Object.values(value)) frozen(part);
    if (!(value instanceof Date)) Object.freeze(value);
  }
  return value;
}

/** What every kind of gate must do. */
export function gateContract(kind: GateKind, sample: GateSample): void {
  const { key } = kind;
  const spec =
    key === undefined
      ? { gate: kind.name, settings: {} }
      : kind.schema.parse({ gate: kind.name, ...sample.gate });
  const judge = (evidence: Partial<GateEvidence>) =>
    kind.judge(frozen(spec), frozen({ ...NOTHING, ...evidence }), ABOUT);

  describe(`the gate ${kind.name}`, () => {
    it('reads its own settings again without a change', () => {
      expect(spec.gate).toBe(kind.name);
      const again = { gate: kind.name, ...spec.settings };
      expect(kind.schema.parse(again)).toEqual(spec);
    });

    it('refuses a key that it does not have', () => {
      const misspelt = { gate: kind.name, ...sample.gate, threshhold: 1 };
      expect(kind.schema.safeParse(misspelt).success).toBe(false);
    });

    it('is named by a key of its own', () => {
      if (key !== undefined) expect(kind.keys).toContain(key);
      expect(kind.form).not.toBe('');
    });

    it('passes what it should, with its value and its limit', () => {
      const results = judge(sample.passes);
      expect(results).not.toEqual([]);
      for (const result of results) {
        expect(result).toMatchObject({ gate: kind.name, status: 'passed' });
        expect(result.value).not.toBe('');
        expect(result.limit).not.toBe('');
        expect(result.words).toMatch(/^\S.*\.$/s);
        expect(result.change).toBeUndefined();
        expect(isFailed(toJudged(result))).toBe(false);
      }
    });

    it.each(sample.fails)('does not pass: $words', ({ evidence, words, change }) => {
      const failed = judge({ ...sample.passes, ...evidence }).filter((one) =>
        isFailed(toJudged(one)),
      );
      expect(failed).not.toEqual([]);
      const text = failed.map(({ words: said }) => said).join(' ');
      expect(text).toMatch(words);
      for (const one of failed) {
        expect(one.words).toMatch(/^\S.*\.$/s);
        expect(one.change).toMatch(/^[A-Z\d/].*\.$/s);
        expect(whyFailed(one)).toContain(one.words);
      }
      expect(failed.map((one) => one.change).join(' ')).toMatch(change);
    });

    it('gives the same result again, also from what was stored', () => {
      const given = { ...NOTHING, ...sample.passes };
      expect(toJson(judge(given).map(toJudged))).toEqual(toJson(judge(given).map(toJudged)));
    });

    it('does not pass what was not gathered', () => {
      const status = judge({}).map((one) => one.status);
      expect(status).not.toContain('passed');
      expect(status).toContain('failed');
    });

    it.each(sample.contradictions ?? [])('refuses $gate', ({ gate, words }) => {
      const parsed = kind.schema.safeParse({ gate: kind.name, ...gate });
      const faults = parsed.success
        ? kind.faults(parsed.data, WORKSPACE).map((fault) => fault.words)
        : parsed.error.issues.map(({ message }) => message);
      expect(faults.join('\n')).toMatch(words);
    });
  });
}
