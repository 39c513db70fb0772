import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  endWith,
  failedAt,
  isOpen,
  isReady,
  type StepState,
  skipped,
} from '../../src/core/pipeline.ts';
import { beforeIt } from '../../src/core/pipeline-graph.ts';
import { tries } from '../sweep.ts';

const at = new Date('2001-02-01');

/** A graph in order: each step after some of those in front of it. */
const graph = fc
  .array(fc.array(fc.nat({ max: 7 }), { maxLength: 3 }), { minLength: 1, maxLength: 8 })
  .map((all) =>
    all.map((after, index): StepState & { after: string[] } => ({
      ...{ name: `s${index}`, status: 'pending' },
      after: [...new Set(after.filter((one) => one < index))].map((one) => `s${one}`),
    })),
  );

describe('core/pipeline', () => {
  it('does all that does not come after a failure, nothing else, and then ends as failed', () => {
    fc.assert(
      fc.property(graph, fc.infiniteStream(fc.nat()), fc.nat(), (begun, choices, bad) => {
        const failing = `s${bad % begun.length}`;
        let steps: StepState[] = begun;
        // In any order in which workers may come to them.
        for (const choice of choices) {
          const ready = steps.filter((one) => isOpen(one) && isReady({ steps }, one.name));
          const next = ready[choice % Math.max(1, ready.length)];
          if (!next) break;
          expect(endWith(steps, at)).toEqual({});
          steps =
            next.name === failing
              ? failedAt(steps, failing, { why: 'It is not fair.', at })
              : steps.map((one) => (one.name === next.name ? { ...one, status: 'done' } : one));
        }
        for (const { name, status } of steps) {
          const isBehind = beforeIt(begun, name).has(failing);
          expect(status).toBe(name === failing ? 'failed' : isBehind ? 'skipped' : 'done');
        }
        expect(endWith(steps, at)).toEqual({ end: { kind: 'failed', at } });
      }),
      tries(400),
    );
  });

  it('leaves nothing open that is skipped, and what is done as it is', () => {
    const steps: StepState[] = [
      { name: 'a', status: 'done' },
      { name: 'b', status: 'running' },
      { name: 'c', status: 'waiting' },
      { name: 'd', status: 'pending' },
    ];
    expect(skipped(steps).map(({ status }) => status)).toEqual([
      ...['done', 'skipped', 'skipped', 'skipped'],
    ]);
    expect(endWith(skipped(steps), at)).toEqual({ end: { kind: 'done', at } });
  });
});
