import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { LANES } from '../src/core/ports/jobs.ts';

/** Checks of the chart that need no helm; test/scale/chart.test.ts renders it. */
const CHART = 'charts/wheelhouse';
const templates = readdirSync(`${CHART}/templates`)
  .map((name) => readFileSync(`${CHART}/templates/${name}`, 'utf8'))
  .join('\n');
const values: unknown = parse(readFileSync(`${CHART}/values.yaml`, 'utf8'));
const settings = ['settings', 'traces']
  .map((name) => readFileSync(`config/${name}.ts`, 'utf8'))
  .join('\n');

describe('the chart', () => {
  const matches = new Ajv().compile(
    JSON.parse(readFileSync(`${CHART}/values.schema.json`, 'utf8')),
  );

  it('has values that its schema accepts, and refuses a misspelt one', () => {
    expect(matches(values), JSON.stringify(matches.errors)).toBe(true);
    expect(matches({ ...z.record(z.string(), z.unknown()).parse(values), kda: {} })).toBe(false);
  });

  it('runs each role of main.ts, and no other', () => {
    const main = readFileSync('src/main.ts', 'utf8');
    const { roles } = z.object({ roles: z.record(z.string(), z.unknown()) }).parse(values);
    const known = [...main.matchAll(/^ {2}(\w+): async \(\) => .*\.start/gm)].map(
      ([, name]) => name,
    );
    expect(Object.keys(roles).toSorted()).toEqual(known.toSorted());
  });

  it('sets only variables that the configuration knows', () => {
    const set = [...templates.matchAll(/\b((?:WHEELHOUSE|OTEL)_[A-Z_]+)\b/g)].flatMap(
      ([, name]) => name ?? [],
    );
    expect(set.length).toBeGreaterThan(10);
    for (const name of set) expect(settings).toContain(`  ${name}:`);
  });

  it('scales by lanes that the queue has', () => {
    const lists = [...templates.matchAll(/"wheelhouse:(\w+):%s"/g)].flatMap(
      ([, lane]) => lane ?? [],
    );
    expect(lists).toEqual(['training']);
    for (const lane of lists) expect(LANES).toContain(lane);
    expect(readFileSync('src/queue/index.ts', 'utf8')).toContain("PREFIX = 'wheelhouse'");
  });

  it('has a name and versions as the package', () => {
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync('package.json', 'utf8')));
    const chart = z
      .object({ name: z.string(), version: z.string(), appVersion: z.string() })
      .parse(parse(readFileSync(`${CHART}/Chart.yaml`, 'utf8')));
    expect(chart).toEqual({ name: 'wheelhouse', version, appVersion: version });
  });

  it('holds no secret: each is a reference', () => {
    expect(templates).not.toMatch(/kind: Secret\b/);
    expect(templates.match(/secretKeyRef/g)?.length).toBeGreaterThan(1);
    expect(existsSync(`${CHART}/templates/secret.yaml`)).toBe(false);
  });
});
