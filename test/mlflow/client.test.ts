import { describe, expect, it } from 'vitest';
import { Unreachable } from '../../src/core/errors.ts';
import { createMlflow } from '../../src/mlflow/client.ts';
import { findModel } from '../../src/mlflow/find.ts';

describe('mlflow/client', () => {
  it('says that another server answers, instead of what its answer lacks', async () => {
    const mlflow = createMlflow(
      {
        ...{ url: 'http://tracking.test', token: undefined, tokenIs: 'token_env' },
        ...{ doing: 'Importing m/1', timeoutMs: 10_000 },
      },
      {
        fetch: async () => Response.json({ hello: 'world' }),
        signal: new AbortController().signal,
      },
    );
    const said = 'Importing m/1: the answer of tracking.test is not one of MLflow.';
    const found = findModel(mlflow, 'tracking.test', 'm/1', 'Importing m/1');
    await expect(found).rejects.toThrow(new Unreachable(said));
    await expect(found).rejects.toHaveProperty('cause');
  });
});
