import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { METRICS } from '../../src/telemetry/catalogue/index.ts';
import { OF_NODE } from '../../src/telemetry/catalogue/process.ts';

const RULES = 'examples/prometheus/rules.yml';
const Rules = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
});
const Dashboard = z.object({
  uid: z.string(),
  panels: z.array(
    z.object({
      id: z.number(),
      title: z.string(),
      gridPos: z.object({ h: z.number(), w: z.number(), x: z.number(), y: z.number() }),
      targets: z.array(z.object({ expr: z.string() })).optional(),
    }),
  ),
});

const dashboard = Dashboard.parse(
  JSON.parse(readFileSync('examples/grafana/wheelhouse.json', 'utf8')),
);
const rules = Rules.parse(parse(readFileSync(RULES, 'utf8'))).groups.flatMap(
  (group) => group.rules,
);
const queries: [string, string][] = [
  ...rules.map(({ alert, expr }): [string, string] => [alert, expr]),
  ...dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }): [string, string] => [title, expr]),
  ),
];

const LABELS = new Map<string, readonly string[]>(
  METRICS.map(({ name, labels }) => [name, labels]),
);
/** Those of a scrape, and of a histogram. */
const OF_ANY = ['instance', 'job', 'le'];

/** The metrics in a query, with the labels that it selects by. */
function used(query: string): { name: string; labels: string[] }[] {
  return [...query.matchAll(/\b((?:wheelhouse|process|nodejs)_[a-z0-9_]+)(?:\{([^}]*)\})?/g)].map(
    ([, series = '', selected = '']) => ({
      name: exists(series) ? series : series.replace(/_(?:bucket|sum|count)$/, ''),
      labels: [...selected.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].flatMap(([, label]) => label ?? []),
    }),
  );
}
const exists = (name: string) => LABELS.has(name) || OF_NODE.some((known) => known === name);

describe('example rules and dashboard', () => {
  it('are read', () => {
    expect(queries.length).toBeGreaterThan(40);
    expect(queries.flatMap(([, query]) => used(query)).length).toBeGreaterThan(50);
  });

  it.each(queries)('%s names metrics and labels that exist', (_, query) => {
    const found = used(query);
    expect(found).not.toEqual([]);
    for (const { name, labels } of found) {
      expect(exists(name), name).toBe(true);
      for (const label of labels) expect([...(LABELS.get(name) ?? []), ...OF_ANY]).toContain(label);
    }
  });

  it('sums by labels that the metrics have', () => {
    for (const [title, query] of queries)
      for (const [, by = ''] of query.matchAll(/\bby \(([^)]*)\)/g))
        for (const label of by.split(/,\s*/)) {
          const known = used(query).flatMap(({ name }) => LABELS.get(name) ?? []);
          expect([...known, ...OF_ANY], `${title}: ${label}`).toContain(label);
        }
  });

  it('shows each panel of the dashboard in a place of its own', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { h, w, x, y } }) =>
      Array.from({ length: h * w }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });

  it.skipIf(spawnSync('promtool', ['--version']).status !== 0)('pass `promtool test rules`', () => {
    const { status, stdout, stderr } = spawnSync(
      'promtool',
      ['test', 'rules', 'examples/prometheus/rules.test.yml'],
      { encoding: 'utf8' },
    );
    expect(status, `${stdout}${stderr}`).toBe(0);
  });
});

describe('docs/observability.md', () => {
  const page = readFileSync('docs/observability.md', 'utf8');

  it('lists exactly the metrics that exist', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `wheelhouse_'));
    expect(rows).toEqual(
      METRICS.map(({ name, type, labels, by, help }) => {
        const said = labels.map((label) => `\`${label}\``).join(', ');
        return `| \`${name}\` | ${type} | ${said} | ${by} | ${help} |`;
      }),
    );
    for (const name of OF_NODE) expect(page).toContain(`\`${name}\``);
  });

  it('counts the rules', () => {
    expect(page).toContain(`${rules.length} alert rules`);
  });
});
