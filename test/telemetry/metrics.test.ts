import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { noted, observed } from '../../src/core/activity.ts';
import { latencyBin } from '../../src/core/latency.ts';
import type { MetricDefinition } from '../../src/telemetry/catalogue/define.ts';
import { METRICS } from '../../src/telemetry/catalogue/index.ts';
import { OF_NODE } from '../../src/telemetry/catalogue/process.ts';
import { SERVING } from '../../src/telemetry/catalogue/serving.ts';
import { WORK } from '../../src/telemetry/catalogue/work.ts';
import { followWork } from '../../src/telemetry/follow.ts';
import { Meters } from '../../src/telemetry/meters.ts';
import { faultsOf } from './rules.ts';
import { fullMeters, namesIn } from './sample.ts';

const promtool = spawnSync('promtool', ['--version']).status === 0;
if (!promtool)
  process.stderr.write('promtool is not here, so its check of the metrics is skipped.\n');

describe('the metrics', () => {
  it.each(METRICS.map((metric) => [metric.name, metric] as const))(
    '%s keeps the naming rules',
    (_, metric) => {
      expect(faultsOf(metric)).toEqual([]);
    },
  );

  it.each<[string, Partial<MetricDefinition>]>([
    ['does not end in _total', { type: 'counter', name: 'wheelhouse_jobs' }],
    ['is no counter', { type: 'gauge', name: 'wheelhouse_jobs_total' }],
    ['base units', { type: 'gauge', name: 'wheelhouse_wait_ms' }],
    ['values without number', { type: 'gauge', name: 'wheelhouse_jobs', labels: ['person'] }],
    ['wheelhouse_ and words', { type: 'gauge', name: 'jobs' }],
    ['full stop', { type: 'gauge', name: 'wheelhouse_jobs', help: 'Jobs.' }],
  ])('would be refused: %s', (words, wrong) => {
    const right: MetricDefinition = {
      ...{ type: 'gauge', name: 'wheelhouse_jobs', help: 'Jobs', by: 'monitor', labels: [] },
    };
    expect(faultsOf({ ...right, ...wrong } as MetricDefinition).join()).toContain(words);
  });

  it('have each a name of their own', () => {
    const names = METRICS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('are all exported, with those of Node', async () => {
    const meters = fullMeters();
    meters.followNode();
    const names = namesIn(await meters.text());
    expect(names.toSorted()).toEqual([...METRICS.map(({ name }) => name), ...OF_NODE].toSorted());
  });

  it.skipIf(!promtool)('pass `promtool check metrics`', async () => {
    const meters = fullMeters();
    meters.followNode();
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: await meters.text(),
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
  });
});

describe('a histogram of bins', () => {
  it('puts every duration into the bucket in which it is', async () => {
    const meters = new Meters();
    const durations = [0.1, 0.39, 0.41, 3, 12.7, 12.9, 700, 60_000];
    meters.observeAll(
      SERVING.predictionDuration,
      { model: 'flights', environment: 'production' },
      durations.map((ms) => [latencyBin(ms), 1]),
    );
    const text = await meters.text();
    for (const end of SERVING.predictionDuration.buckets) {
      const within = durations.filter((ms) => ms <= end * 1000).length;
      expect(text).toContain(`environment="production",le="${end}"} ${within}\n`);
    }
    expect(text).toContain('le="+Inf"} 8\n');
    const sum = Number(/_sum\{[^}]*\} (\S+)/.exec(text)?.[1]);
    const exact = durations.reduce((total, ms) => total + ms / 1000, 0);
    expect(Math.abs(sum / exact - 1)).toBeLessThan(0.05);
  });
});

describe('label sets', () => {
  const series = async (meters: Meters) =>
    (await meters.text()).split('\n').filter((line) => /^wheelhouse_/.test(line)).length;
  const answered = (meters: Meters, models: number) => {
    for (let model = 0; model < models; model += 1)
      for (const environment of ['production', 'staging']) {
        const endpoint = { model: `model-${model}`, environment };
        meters.count(SERVING.predictions, { ...endpoint, outcome: 'answered' });
        meters.observeAll(SERVING.predictionDuration, endpoint, [[40, 1]]);
      }
  };

  it('of a hundred models in two environments are a few thousand series', async () => {
    const meters = new Meters();
    answered(meters, 100);
    expect(await series(meters)).toBeLessThan(4000);
  });

  it('are bounded, and the sum over them stays right', async () => {
    const meters = new Meters();
    answered(meters, 5000);
    expect(await series(meters)).toBeLessThan(8000);
    const text = await meters.text();
    const counts = [...text.matchAll(/^wheelhouse_prediction_requests_total\{[^}]*\} (\d+)$/gm)];
    expect(counts.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(10_000);
    expect(text).toContain('model="other"');
    expect(text).toMatch(/_folded_total\{metric="wheelhouse_prediction_requests_total"\} 8000\n/);
  });
});

describe('what a process does', () => {
  const meters = new Meters();
  const errors: unknown[] = [];
  const unfollow = followWork(meters, (error) => errors.push(error));
  afterAll(unfollow);

  it('is counted by how it ended', async () => {
    const job = { name: 'notify', lane: 'outbound', id: '1', waitedMs: 250, parent: undefined };
    await observed('job', job, async () => 'done');
    const failing = observed('job', job, () => Promise.reject(new Error('no')), {
      failed: () => 'gave_up',
    });
    await expect(failing).rejects.toThrow('no');
    noted('alert', { model: 'flights', environment: 'production', severity: 'alert' });
    const text = await meters.text();
    const at = 'job="notify",lane="outbound"';
    expect(text).toContain(`wheelhouse_jobs_total{${at},outcome="done"} 1\n`);
    expect(text).toContain(`wheelhouse_jobs_total{${at},outcome="gave_up"} 1\n`);
    expect(text).toContain('wheelhouse_jobs_running{lane="outbound"} 0\n');
    expect(text).toContain('wheelhouse_job_wait_seconds_bucket{le="0.5",lane="outbound"} 2\n');
    expect(text).toMatch(/alerts_opened_total\{model="flights".*\} 1\n/);
    expect(errors).toEqual([]);
  });

  it('is not disturbed by an error in the counting', async () => {
    const broken = new Meters();
    broken.count = () => {
      throw new Error('no more memory');
    };
    const seen: unknown[] = [];
    const stop = followWork(broken, (error) => seen.push(error));
    const about = { name: 'help', platform: 'web', id: '1' };
    await expect(observed('command', about, async () => 1)).resolves.toBe(1);
    stop();
    expect(String(seen)).toContain('no more memory');
    expect(WORK.commands.by).toBe('bot');
  });
});
