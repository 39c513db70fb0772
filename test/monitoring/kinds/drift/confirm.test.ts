import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/evaluation/random.ts';
import { confirm } from '../../../../src/monitoring/confirm.ts';
import { confirmDrift } from '../../../../src/monitoring/kinds/drift/confirm.ts';
import {
  type DriftJudgement,
  judgeDrift,
} from '../../../../src/monitoring/kinds/drift/judge-drift.ts';
import { buildSpec } from '../../../../src/monitoring/profile/build-spec.ts';
import { profileOf } from '../../../../src/monitoring/profile/profile.ts';

const COLUMNS = ['normal 1', 'normal 2', 'normal 3', 'lognormal', 'counts', 'words'];

/** A world that returns rows of six columns; `shift` moves the first by this many standard deviations. */
function world(seed: number) {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const value = (column: string, shift: number): unknown => {
    if (column === 'words') return `w${Math.floor(random() ** 2 * 30)}`;
    if (column === 'counts') return Math.floor(random() * 12);
    if (column === 'lognormal') return Math.exp(normal());
    return normal() + (column === 'normal 1' ? shift : 0);
  };
  const draw = (rows: number, shift = 0) =>
    COLUMNS.map((name) => [name, Array.from({ length: rows }, () => value(name, shift))] as const);
  const specs = new Map<string, ReturnType<typeof buildSpec>>();
  const profiles = (columns: ReturnType<typeof draw>) =>
    Object.fromEntries(
      columns.map(([name, values]) => {
        const spec = specs.get(name) ?? buildSpec(values);
        specs.set(name, spec);
        return [name, profileOf(spec, values)];
      }),
    );
  return { profiles, draw };
}

describe('monitoring/kinds/drift/confirm', () => {
  it.each([
    [[], true, false],
    [[true], true, true],
    [[true, false], true, true],
    [[true, false, false], true, false],
    [[false, true, true], false, true],
    [[true, true, false], false, false],
  ])('of %j and then %s makes %s', (history, latest, confirmed) => {
    expect(confirm(history, latest)).toBe(confirmed);
  });

  it('raises at most one window in a hundred when nothing drifts; PSI alone raises many', () => {
    let raised = 0;
    let psiAlone = 0;
    for (let model = 0; model < 10; model += 1) {
      const { profiles, draw } = world(100 + model);
      const reference = profiles(draw(500));
      const judged: DriftJudgement[] = [];
      for (let window = 0; window < 30; window += 1) {
        const latest = judgeDrift(reference, profiles(draw(300)));
        if (confirmDrift(judged, latest).features.some(({ drifted }) => drifted)) raised += 1;
        if (latest.features.some(({ psi }) => (psi ?? 0) > 0.1)) psiAlone += 1;
        judged.push(latest);
      }
    }
    expect(raised).toBeLessThanOrEqual(3);
    expect(psiAlone).toBeGreaterThanOrEqual(30);
  });

  it('shows that PSI over 0.1 is common in windows of 100 rows compared with 1000', () => {
    const { profiles, draw } = world(7);
    const reference = profiles(draw(1000));
    let over = 0;
    for (let window = 0; window < 300; window += 1) {
      const { features } = judgeDrift(reference, profiles(draw(100)));
      expect(features.every(({ drifted }) => !drifted)).toBe(true);
      if ((features[0]?.psi ?? 0) > 0.1) over += 1;
    }
    expect(over / 300).toBeGreaterThan(0.3);
    expect(over / 300).toBeLessThan(0.55);
  });

  it('detects a shift of half a standard deviation within three windows', () => {
    let caught = 0;
    for (let model = 0; model < 20; model += 1) {
      const { profiles, draw } = world(200 + model);
      const reference = profiles(draw(1000));
      const judged: DriftJudgement[] = [];
      let seen = false;
      for (let window = 0; window < 3; window += 1) {
        const latest = judgeDrift(reference, profiles(draw(300, 0.5)));
        const confirmed = confirmDrift(judged, latest, { important: ['normal 1'] });
        seen ||= confirmed.features[0]?.drifted === true && confirmed.datasetDrift;
        judged.push(latest);
      }
      if (seen) caught += 1;
    }
    expect(caught).toBe(20);
  });

  it('needs two windows, forgets old ones and ignores empty ones', () => {
    const { profiles, draw } = world(1);
    const reference = profiles(draw(1000));
    const calm = judgeDrift(reference, profiles(draw(300)));
    const moved = judgeDrift(reference, profiles(draw(300, 2)));
    const empty = judgeDrift(reference, profiles(draw(20)));
    const status = (...windows: [DriftJudgement, ...DriftJudgement[]]) => {
      const latest = windows.at(-1) ?? windows[0];
      return confirmDrift(windows.slice(0, -1), latest).features[0]?.status;
    };
    expect(status(moved)).toBe('ok');
    expect(status(moved, moved)).toBe('alert');
    expect(status(moved, calm, moved)).toBe('alert');
    expect(status(moved, calm, calm, moved)).toBe('ok');
    expect(status(moved, empty, empty, empty, moved)).toBe('alert');
    expect(status(moved, moved, empty)).toBe('insufficient data');
    expect(status(moved, moved, calm)).toBe('ok');
  });
});
