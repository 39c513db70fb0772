import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playsExpensive } from '../sweep.ts';
import { copyTree, type Tree } from './tree.ts';

const DECISION = new URL('../../docs/decisions/0022-what-a-plug-in-touches.md', import.meta.url);
const LISTED = /^(export const \w+: readonly .* = \[)([^\]]*)\];$/m;

interface PlugIn {
  axis: string;
  name: string;
  /** The list that it is added to, and the path that the list imports it from. */
  list: string;
  from: string;
  /** The suite that runs on it, besides the tests of all plug-ins. */
  suites: string[];
  /** Tests that must have run for it. */
  proof: string[];
  /** A section of a shared page. */
  page?: { path: string; text: string };
}

/** One plug-in of each kind; their files are in `added`. */
const PLUG_INS: PlugIn[] = [
  {
    ...{ axis: 'command', name: 'ping', list: 'commands/index.ts', from: './ping.ts' },
    suites: ['test/commands/ping.test.ts'],
    proof: ['/ping has examples that fit its options', 'describes ping'],
    page: {
      path: 'docs/commands.md',
      text: `
## ping

Check that a model is configured. Role: \`viewer\`.

\`\`\`
/ping MODEL
\`\`\`

| Option | Meaning |
| --- | --- |
| \`MODEL\` | Model name |

\`\`\`
/ping flights
\`\`\`
`,
    },
  },
  {
    ...{ axis: 'platform', name: 'board', list: 'src/platforms/index.ts' },
    from: './board/index.ts',
    suites: ['test/platforms/board/contract.test.ts'],
    proof: [
      'board meets the contract of a platform continues its messages after a restart',
      'board has a page and passes the contract suite',
    ],
  },
  {
    ...{ axis: 'monitor kind', name: 'missing', list: 'src/monitoring/kinds/index.ts' },
    from: './missing/index.ts',
    suites: ['test/monitoring/kinds/kinds.test.ts'],
    proof: [
      'missing meets the contract of a kind of monitor alerts when a problem persists, and resolves when it is gone for as long',
      'kinds of monitors docs/ explain every key of missing',
      'wheelhouse.yaml may have a monitor of the kind missing',
    ],
  },
  {
    ...{ axis: 'task', name: 'count', list: 'src/tasks/index.ts', from: './count/index.ts' },
    suites: ['test/tasks/contract.test.ts'],
    proof: [
      'the task count judges the better of two models better, and a model not worse than itself',
      'wheelhouse.yaml may have a model of the task count',
    ],
  },
  {
    ...{ axis: 'gate', name: 'bulk', list: 'src/release/gates/index.ts' },
    from: './bulk/index.ts',
    suites: ['test/release/gates/kinds.test.ts'],
    proof: [
      'the gate bulk passes what it should, with its value and its limit',
      'docs/gates.md explains bulk and every key of it',
    ],
    page: {
      path: 'docs/gates.md',
      text: `
| Gate | Passes if |
| --- | --- |
| \`min_bytes: 1000\` | the model file is at least this large |
`,
    },
  },
  {
    ...{ axis: 'data source', name: 'listed', list: 'src/data/sources/index.ts' },
    from: './listed/index.ts',
    suites: ['test/data/sources/listed/contract.test.ts'],
    proof: [
      'data source listed offers everything that is there, by name, again and again',
      'the data source listed passes the contract suite',
    ],
    page: {
      path: 'docs/data.md',
      text: `
| Key | Default | Meaning |
| --- | --- | --- |
| \`list\` | required | of \`listed\`: the file that names the others |
`,
    },
  },
  {
    ...{ axis: 'target', name: 'plain', list: 'src/release/targets/index.ts' },
    from: './plain/index.ts',
    suites: ['test/release/targets/plain/contract.test.ts'],
    proof: [
      'target plain serves nothing after it was removed, however often',
      'the target plain passes the contract suite',
    ],
    page: {
      path: 'docs/targets.md',
      text: `
| Key | Default | Meaning |
| --- | --- | --- |
| \`document\` | required | of \`plain\`: where the document is |
| \`readable\` | \`true\` | of \`plain\`: whether it can be read |
`,
    },
  },
];

/** As in the table: `src/tasks/<name>/` stands for all files below it. */
function asTold(path: string, name: string): string {
  return path
    .replace(new RegExp(`(?<=^|/)${name}/.*$`), '<name>/')
    .replace(new RegExp(`(?<=[/-])${name}(?=\\.)`), '<name>');
}

describe.runIf(playsExpensive('adding plug-ins'))('adding a plug-in', () => {
  let tree: Tree;
  let outcome: Awaited<ReturnType<Tree['run']>>;
  const touched = new Map<string, Set<string>>();

  beforeAll(async () => {
    tree = await copyTree();
    for (const { axis, name, list, from, page } of PLUG_INS) {
      const added = await tree.add((path) => path.split(/[/.-]/).includes(name));
      await tree.edit(list, (text) =>
        text
          .replace(/^import /m, `import { ${name} } from '${from}';\nimport `)
          .replace(
            LISTED,
            (_, head: string, body: string) =>
              `${head}${body}${body.endsWith('\n') ? '' : ', '}${name}];`,
          ),
      );
      if (page) await tree.edit(page.path, (text) => `${text}${page.text}`);
      const changed = [list, ...(page ? [page.path] : [])];
      touched.set(axis, new Set([...added, ...changed].map((path) => asTold(path, name))));
    }
    const suites = PLUG_INS.flatMap((plugIn) => plugIn.suites);
    const general = ['test/plug-ins.test.ts', 'test/docs.test.ts', 'test/walls.test.ts'];
    outcome = await tree.run([...general, ...suites]);
  });
  afterAll(() => tree.remove());

  it('keeps every test of the lists, the docs and the walls passing', () => {
    expect(outcome.failed).toEqual([]);
  });

  it.each(PLUG_INS)('a $axis passes its contract suite', ({ proof }) => {
    // Vitest puts names of cases in quotes.
    const passed = outcome.passed.map((name) => name.replaceAll("'", ''));
    const missing = proof.filter((words) => !passed.some((name) => name.includes(words)));
    expect(missing).toEqual([]);
  });

  it.each(PLUG_INS)('a $axis touches the files that the decision names', async ({ axis }) => {
    const text = await readFile(DECISION, 'utf8');
    const row = text.split('\n').find((line) => line.toLowerCase().startsWith(`| ${axis} |`));
    const told = [...(row ?? '').matchAll(/`([^`]+)`/g)].map(([, path]) => path);
    expect([...(touched.get(axis) ?? [])].toSorted()).toEqual(told.toSorted());
  });
});
