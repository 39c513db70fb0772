import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { taskNamed } from '../../src/tasks/index.ts';
import { playsStory } from '../sweep.ts';
import { type Demo, type Home, makeHome } from './demo.ts';
import { eventually } from './eventually.ts';
import { A_FLIGHT, STORY_MODELS, type StoryModel } from './models.ts';
import { writeStoryWorkspace } from './workspace.ts';

/*
 * The whole story by the command line, in one demo: each test continues where the one before stopped. The shapes are
 * those that scripts depend on.
 */

const Run = z.object({ id: z.string(), status: z.string() });
const Trained = z.object({
  run: Run,
  version: z.object({
    model: z.string(),
    version: z.number(),
    metrics: z.record(z.string(), z.number()),
  }),
});
const Figures = z.object({
  name: z.string(),
  champion: z.number(),
  challenger: z.number(),
  higherIsBetter: z.boolean(),
  delta: z.number(),
  low: z.number(),
  high: z.number(),
  p: z.number().min(0).max(1),
});
/** MAPE where a flight was on time to the minute: it has a name and no value. */
const Unmeasured = z.object({
  name: z.string(),
  champion: z.undefined().optional(),
  p: z.undefined().optional(),
});
const Compared = z.object({
  verdict: z.enum(['better', 'not worse', 'worse', 'inconclusive']),
  metrics: z.array(z.union([Figures, Unmeasured])).min(1),
});
const Requested = z.object({
  approval: z.object({
    id: z.string(),
    status: z.string(),
    needed: z.number(),
    votes: z.array(z.object({ person: z.string(), verdict: z.string() })),
  }),
});
const RolledBack = z.object({
  deployment: z.object({
    id: z.string(),
    model: z.string(),
    version: z.number(),
    environment: z.string(),
    status: z.string(),
  }),
});
const Status = z.object({
  live: z.object({ version: z.number(), since: z.iso.datetime(), by: z.string() }).nullable(),
  newestPrediction: z.iso.datetime().nullable(),
});
const Alerts = z.object({
  alerts: z.array(
    z.object({
      id: z.string(),
      model: z.string(),
      version: z.number(),
      status: z.string(),
      summary: z.string(),
      pictures: z.array(z.object({ sha256: z.string() })),
    }),
  ),
});
const Answered = z.object({
  model_version: z.string(),
  outputs: z.array(z.object({ name: z.string() })),
});
const Fault = z.object({ error: z.object({ message: z.string(), next: z.string().nullable() }) });

for (const model of STORY_MODELS)
  describe.skipIf(!playsStory('terminal', model.task))(
    `the story of ${model.task}, by the command line`,
    { timeout: 240_000 },
    () => tellStory(model),
  );

function tellStory({ task, name, reaches, primary, june, rowsPerDay }: StoryModel): void {
  let home: Home;
  let demo: Demo;

  beforeAll(async () => {
    home = await makeHome();
    // Faster than real time, and sampled: that spring's drift comes within seconds. It ends before June, which
    // resembles January and would resolve the alert before it is checked.
    demo = await home.start({
      WHEELHOUSE_WORKSPACE: await writeStoryWorkspace(`${home.path}-workspace`),
      WHEELHOUSE_REPLAY_TO: '2001-05-24',
      WHEELHOUSE_REPLAY_FROM: '2001-04-10',
      WHEELHOUSE_REPLAY_DAYS_PER_SECOND: '4',
      WHEELHOUSE_REPLAY_ROWS_PER_DAY: rowsPerDay,
    });
  });
  afterAll(async () => {
    await home?.remove();
    await rm(`${home?.path}-workspace`, { recursive: true, force: true });
  });

  /** Runs a command line that must exit with the code, and parses its answer. */
  async function ask<T>(line: string, shape: z.ZodType<T>, { as = 'dev', code = 0 } = {}) {
    const answer = await demo.cli(line.split(' '), { as });
    const story = `${line} as ${as}:\n${answer.stdout}${answer.stderr}`;
    expect(answer.code, story).toBe(code);
    return shape.parse(answer.json);
  }
  const status = () => ask(`status ${name}`, Status);
  const isLive = (version: number) =>
    eventually(`v${version} is live`, async () => (await status()).live?.version === version);
  const answering = async () => {
    const answer = await fetch(`${demo.inferenceUrl}/v2/models/${name}/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(A_FLIGHT),
    });
    const { model_version, outputs } = Answered.parse(await answer.json());
    expect(outputs.map((output) => output.name)).toEqual(
      taskNamed(task).answer.fields.map((field) => field.name),
    );
    return model_version;
  };

  it('trains on January', async () => {
    const { run, version } = await ask(`train ${name} --wait`, Trained);
    expect(run.status).toBe('succeeded');
    expect(version).toMatchObject({ model: name, version: 1 });
    expect(version.metrics).toSatisfy(reaches);
  });

  it('promotes it once someone with the role approves', async () => {
    const { approval } = await ask(`promote ${name} 1`, Requested);
    expect(approval).toMatchObject({ status: 'open', needed: 1, votes: [] });

    const refused = await ask(`approve ${approval.id}`, Fault, { code: 1 });
    expect(refused.error.message).toContain('requires the approver role');
    expect((await status()).live).toBeNull();

    const { approval: voted } = await ask(`approve ${approval.id}`, Requested, { as: 'lead' });
    expect(voted.votes).toMatchObject([{ person: 'lead', verdict: 'approve' }]);
    await isLive(1);
    expect((await status()).live).toMatchObject({ version: 1, by: 'dev' });
  });

  it('serves live traffic', async () => {
    const first = await eventually(
      'predictions are seen',
      async () => (await status()).newestPrediction ?? undefined,
    );
    await eventually('more predictions are seen', async () => {
      const newest = (await status()).newestPrediction;
      return newest !== null && newest > first;
    });
  });

  it('compares a version of May with it: as good or better in June', async () => {
    const line = `train ${name} --from 2001-05-01 --to 2001-06-01 --wait`;
    expect((await ask(line, Trained)).version.version).toBe(2);

    const compared = await ask(`compare ${name} 2 1 --wait`, Compared);
    expect(compared.verdict).toBe(june);
    const metric = Figures.parse(compared.metrics.find((one) => one.name === primary));
    const { champion, challenger, higherIsBetter } = metric;
    expect(metric.delta).toBe(higherIsBetter ? challenger - champion : champion - challenger);
    if (june === 'better') expect(metric.low).toBeGreaterThan(0);
  });

  it('finds it no better in March', async () => {
    const march = `compare ${name} 2 1 --from 2001-03-01 --to 2001-03-15 --wait`;
    expect((await ask(march, Compared, { code: 1 })).verdict).not.toBe('better');
  });

  it('refuses to promote what does not pass the gates', async () => {
    const { version } = await ask(`train ${name} trees=3 leaves=2 --wait`, Trained);
    const { approval } = await ask(`promote ${name} ${version.version}`, Requested, { code: 1 });
    expect(approval.status).toBe('refused');
    await ask(`approve ${approval.id}`, Fault, { as: 'lead', code: 1 });
    expect((await status()).live?.version).toBe(1);
  });

  it('raises an alert when the data drifts', async () => {
    const alert = await eventually(
      'an alert is open',
      async () => (await ask('alerts', Alerts)).alerts[0],
      { within: 200_000, every: 1000 },
    );
    expect(alert).toMatchObject({ model: name, version: 1, status: 'open' });
    expect(alert.summary).toContain('recent_lateness');
    expect(alert.pictures.length).toBeGreaterThan(0);
  });

  it('promotes the version of May, and rolls it back', async () => {
    const { approval } = await ask(`promote ${name} 2`, Requested);
    expect(approval.status).toBe('open');
    await ask(`approve ${approval.id}`, Requested, { as: 'lead' });
    await isLive(2);
    await eventually('the gateway answers with v2', async () => (await answering()) === '2');

    const reason = '--reason=too many false alarms'.split('=');
    const answer = await demo.cli(['rollback', name, ...reason, '--wait']);
    expect(answer.code, answer.stdout + answer.stderr).toBe(0);
    const { deployment } = RolledBack.parse(answer.json);
    expect(deployment).toMatchObject({
      model: name,
      version: 1,
      environment: 'production',
      status: 'live',
    });
    expect((await status()).live).toMatchObject({ version: 1, by: 'dev' });
    expect(await answering()).toBe('1');
  });

  it('shows help, and has different exit codes for invalid usage, refusals and an unreachable bot', async () => {
    const Help = z.object({ commands: z.array(z.object({ name: z.string(), usage: z.string() })) });
    const { commands } = await ask('help', Help);
    expect(commands.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['train', 'promote', 'rollback', 'status', 'alerts']),
    );
    for (const [line, words] of [
      ['trian flights', 'train'],
      ['train fligths', 'flights'],
      [`train ${name} trees=0`, 'trees'],
      [`train ${name} --form 2001-01-01`, '--from'],
      [`compare ${name} 99 1`, '99'],
    ] as const) {
      const { error } = await ask(line, Fault, { code: 2 });
      expect(`${error.message} ${error.next}`).toContain(words);
    }
    const away = { WHEELHOUSE_URL: 'http://127.0.0.1:9' };
    expect((await demo.cli(['status'], { env: away })).code).toBe(3);
  });

  it('continues where it stopped when it is restarted', async () => {
    const messages = async () => {
      const answer = await fetch(`${demo.url}/api/posts?channel=${name}`, {
        headers: { authorization: `Bearer ${demo.token}` },
      });
      const Posts = z.object({
        posts: z.array(
          z.object({ id: z.string(), card: z.object({ title: z.string() }).nullable() }),
        ),
      });
      return Posts.parse(await answer.json()).posts;
    };
    const before = await messages();
    expect(before.map(({ card }) => card?.title)).toContain(`${name} v1 is trained`);

    await demo.stop();
    demo = await home.start();
    expect(await status()).toMatchObject({ live: { version: 1 } });
    const Versions = z.object({ versions: z.array(z.object({ version: z.number() })) });
    const { versions } = await ask(`models ${name}`, Versions);
    expect(versions.map(({ version }) => version).sort()).toEqual([1, 2, 3]);
    expect((await messages()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    await eventually('the gateway answers with v1', async () => (await answering()) === '1');
  });
}
