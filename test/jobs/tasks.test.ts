import { randomUUID } from 'node:crypto';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { compare } from '../../jobs/compare.ts';
import { evaluate } from '../../jobs/evaluate.ts';
import { requestPromotion } from '../../jobs/request-promotion.ts';
import { train } from '../../jobs/train.ts';
import { readReference } from '../../src/monitoring/profile/reference.ts';
import { GateSetting } from '../../src/release/gates/index.ts';
import { multiclass } from '../../src/tasks/multiclass/index.ts';
import { regression } from '../../src/tasks/regression/index.ts';
import { oneOf } from '../sweep.ts';
import { openHarness } from './harness.ts';

/** Minutes that depend on distance and carrier, as in the models of test/tasks/files. */
const MINUTES = `10 + 0.03 * distance + 8 * (carrier = 'UA')::INTEGER + (hash(n) % 2000) / 100.0 - 10`;
const ROWS = (label: string) =>
  `SELECT ${label} AS label, distance, carrier
   FROM (SELECT n, (n * 7919) % 2000 AS distance, CASE WHEN n % 2 = 0 THEN 'AA' ELSE 'UA' END AS carrier
         FROM range(1500) t(n))`;

const TASKS = [
  {
    ...{ task: regression, primary: ['rmse'], files: ['regressor', 'regressor-poor'] },
    label: MINUTES,
    answered: 'value',
    classes: undefined,
  },
  {
    ...{ task: multiclass, primary: ['logLoss'], files: ['classifier', 'classifier-poor'] },
    label: `CASE WHEN ${MINUTES} < 30 THEN 'early' WHEN ${MINUTES} < 55 THEN 'late' ELSE 'very late' END`,
    answered: 'class',
    classes: ['early', 'late', 'very late'],
  },
];

describe.each(oneOf('task of a training', TASKS))(
  'a model of $task.name',
  ({ task, primary, files, label, answered, classes }) => {
    it('is trained, evaluated, compared and checked by the gates', async () => {
      const gates = task.defaults.gates.map((gate) => GateSetting.parse(gate));
      const harness = await openHarness({
        ...{ task, evaluation: { days: 14, primary }, gates },
      });
      const { versions, approvals, deployments, runs, spec, artifacts } = harness;
      try {
        const [good = '', poor = ''] = files;
        for (const [quality, name] of [
          ['strong', good],
          ['weak', poor],
        ])
          await copyFile(
            new URL(`../tasks/files/${name}.onnx`, import.meta.url),
            join(spec.folder, `${quality}.onnx`),
          );
        const instance = await DuckDBInstance.create(':memory:');
        const db = await instance.connect();
        await db.run(
          `COPY (${ROWS(label)}) TO '${join(spec.folder, 'rows.parquet')}' (FORMAT parquet)`,
        );
        db.closeSync();
        instance.closeSync();

        const [metric = ''] = primary;
        const made = [];
        for (const quality of ['weak', 'strong']) {
          const run = await harness.newRun({ parameters: { quality } });
          expect(await harness.perform(train, { run: run.id })).toBeUndefined();
          expect(await harness.perform(evaluate, { run: run.id })).toBeUndefined();
          const version = await versions.ofRun(run.id);
          if (!version) throw new Error('no version was made');
          expect(version).toMatchObject({ task: task.name, ...(classes && { classes }) });
          made.push({ version, evaluation: await versions.evaluation(version.id) });
        }
        const [first, second] = made;
        expect(second?.evaluation?.metrics[metric]).toBeLessThan(
          first?.evaluation?.metrics[metric] ?? 0,
        );
        const reference = readReference(await artifacts.read(second?.evaluation?.reference ?? ''));
        expect(Object.keys(reference.answers)).toEqual([answered]);

        const run = await harness.newRun({ kind: 'compare', versions: [1, 2], parameters: {} });
        expect(await harness.perform(compare, { run: run.id })).toBeUndefined();
        expect((await runs.get(run.id)).result).toMatchObject({ data: { verdict: 'better' } });
        expect((await harness.shown(`run:${run.id}`))?.title).toContain('is better than');

        await deployments.deploy({
          ...{ id: 'deployment-2', model: 'flights', version: 2, environment: 'production' },
          ...{
            artifact: second?.version.artifact.sha256 ?? '',
            by: 'dev',
            reason: '',
            approval: '',
          },
        });
        const { id } = await approvals.request({
          ...{ id: `approval-${randomUUID()}`, model: 'flights', version: 1, needed: 1 },
          ...{ environment: 'production', requestedBy: 'dev' },
        });
        expect(await harness.perform(requestPromotion, { approval: id })).toBeUndefined();
        const refused = await approvals.get(id);
        expect(refused.status).toBe('refused');
        expect(refused.evidence?.gates).toMatchObject([
          { name: 'smoke test', passed: true },
          { passed: false, words: expect.stringMatching(/worse, by .* with 95% confidence/) },
        ]);
      } finally {
        await harness.end();
      }
    });
  },
);
