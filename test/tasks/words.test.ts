import { describe, expect, it } from 'vitest';
import { tasks } from '../../src/tasks/index.ts';
import { multiclass } from '../../src/tasks/multiclass/index.ts';
import { regression } from '../../src/tasks/regression/index.ts';
import { figures, metricHeading, metricOf } from '../../src/tasks/words.ts';

describe('tasks/words', () => {
  it('calls every metric what its task calls it, never by its name in the code', () => {
    for (const task of tasks)
      for (const { name } of task.metrics(['late', 'very late'])) {
        const said = figures({ [name]: 0.5 }, 1);
        expect(said).not.toMatch(/[a-z][A-Z]|[a-z]\d\d|\[/);
      }
    const values = { auc: 0.7, logLoss: 0.4791, 'recall[very late]': 0.2, pinball10: 0.3, mine: 1 };
    expect(figures(values, 9)).toBe(
      'AUC 0.700, log loss 0.479, recall of very late 0.200, pinball loss (10%) 0.300, mine 1',
    );
    expect(figures(values, 1)).toBe('AUC 0.700');
    expect(figures({}, 3)).toBe('not measured');
  });

  it('says the unit of the label behind what has it', () => {
    expect(figures({ rmse: 37.1234, r2: 0.1214 }, 3, 'minutes')).toBe(
      'RMSE 37.12 minutes, R² 0.121',
    );
    expect(figures({ rmse: 37.1234 }, 3)).toBe('RMSE 37.12');
    expect(metricHeading('rmse', 'minutes')).toBe('RMSE (minutes)');
    expect(metricHeading('r2', 'minutes')).toBe('R²');
    expect(metricOf('pinball90', { task: regression, unit: 'minutes' })).toEqual({
      words: 'Pinball loss (90%)',
      unit: 'minutes',
    });
    expect(metricOf('auc', { task: multiclass })).toMatchObject({
      words: 'AUC, one against the rest',
      unit: undefined,
    });
  });
});
