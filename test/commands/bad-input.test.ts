import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { commands } from '../../commands/index.ts';
import { openDesk } from './desk.ts';

let desk: Awaited<ReturnType<typeof openDesk>>;

beforeAll(async () => {
  desk = await openDesk();
  const first = await desk.addVersion('run-1');
  await desk.addVersion('run-2');
  await desk.goLive(1, first.artifact.sha256);
  await desk.registry.runs.create({
    id: 'run-done',
    kind: 'train',
    model: 'flights',
    parameters: {},
    window: { from: new Date(0), to: new Date(1) },
    versions: [],
    requestedBy: 'dev',
  });
  await desk.registry.runs.finish('run-done', { status: 'succeeded', version: 2 });
  await desk.registry.approvals.request({
    id: 'approval-mine',
    model: 'flights',
    version: 2,
    environment: 'production',
    requestedBy: 'lead',
    needed: 1,
  });
});
afterAll(() => desk.close());

/** Caller, input and the line that answers. Every command is here: the last test counts. */
const BAD: [user: string, line: string, answer: RegExp][] = [
  ['dev', 'train', /"model" is missing.*Usage: \/train MODEL/],
  ['dev', 'train flihgts', /no model "flihgts"\. Did you mean "flights"\?/],
  ['dev', 'train flights tres=5', /no parameter "tres"\. Did you mean "trees"\?/],
  ['dev', 'train flights __proto__=1', /"__proto__=1" is one word too many/],
  ['dev', 'train flights trees=0', /"trees" cannot be "0": expected a whole number from 1 to 500/],
  ['dev', 'train flights trees=many seed=-1', /"trees" cannot be "many".*"seed" cannot be "-1"/],
  ['dev', 'train flights --from 2001-13-01', /"from" cannot be "2001-13-01": no such date/],
  [
    'dev',
    'train flights --from 2001-02-01 --to 2001-01-01',
    /ends \(2001-01-01\) before it begins/,
  ],
  ['dev', 'train flights --on proces', /no engine "proces"\. Did you mean "process"\?/],
  ['dev', 'queue ships', /no model "ships"/],
  ['dev', 'compare flights 9 1', /no version 9\. The newest is 2/],
  [
    'dev',
    'compare flights two',
    /"challenger" cannot be "two": expected a number, "latest", "champion" or/,
  ],
  ['dev', 'compare flights 1 1', /cannot be compared with itself/],
  ['dev', 'compare flights 2,1 1', /flights@1 cannot be compared with itself/],
  ['dev', 'compare flights 2,x 1', /"challenger" cannot be "2,x": expected a number/],
  ['dev', 'compare flights 1,1,1,1,1,1 2', /expected at most 5 versions/],
  ['dev', 'compare flights 2 1 --from 2001-01-15', /was trained on part of that window/],
  ['dev', 'promote flights 7', /no version 7/],
  ['lead', 'confirm approval-mine', /"code" is missing|press the button/],
  ['lead', 'confirm approval-mine --code x', /gates of approval-mine are still being checked/],
  ['dev', 'reason approval-mine', /"reason" is missing|say why/],
  ['dev', 'reason approval-mine "ok"', /You have no vote on approval-mine/],
  [
    'dev',
    'promote flights 2 --to prodution',
    /no environment "prodution"\. Did you mean "production"\?/,
  ],
  ['dev', 'promote flights 2', /approval-mine/],
  ['dev', 'release ships abcdef1', /no model "ships"/],
  ['dev', 'release flights 123', /"commit" cannot be "123": expected a commit/],
  ['dev', 'release flights abcdef1', /No version of flights was trained from commit abcdef1/],
  ['dev', 'approve approval-mine', /requires the approver role/],
  ['lead', 'approve approval-mine', /requested flights v2 yourself/],
  ['ops', 'approve approval-mine', /still being checked/],
  ['ops', 'approve approval-nobody', /approval-nobody/],
  ['ops', 'reject approval-nobody', /approval-nobody/],
  ['dev', 'drill ships', /no model "ships"/],
  ['dev', 'drill flights --in moon', /no environment "moon"/],
  ['dev', 'webhooks ci', /no webhook "ci".*docs\/webhooks\.md/],
  ['dev', 'webhooks --status open', /"status" cannot be "open"/],
  ['dev', 'replay', /"what" is missing/],
  ['dev', 'replay ci-1042', /no delivery ci-1042/],
  ['dev', 'import', /"source" is missing/],
  ['dev', 'import wandb flights/3', /"source" cannot be "wandb": expected mlflow/],
  [
    'dev',
    'import mlflow flights',
    /"reference" cannot be "flights": expected MODEL\/VERSION or MODEL@ALIAS/,
  ],
  ['dev', 'import mlflow flights/three', /expected MODEL\/VERSION or MODEL@ALIAS/],
  ['dev', 'import mlflow ../../etc/1', /expected MODEL\/VERSION or MODEL@ALIAS/],
  ['dev', 'import mlflow ships/3', /no model "ships"/],
  ['dev', 'import mlflow ships/3 --into flihgts', /no model "flihgts"\. Did you mean "flights"\?/],
  ['dev', 'import mlflow flights/3', /No tracking server is configured.*docs\/mlflow\.md/],
  ['dev', 'repair ships', /no model "ships"/],
  ['dev', 'repair flights', /has no targets besides the gateway/],
  ['dev', 'adopt ships 1', /no model "ships"/],
  ['dev', 'adopt flights 1 --from egde', /has no target "egde"/],
  ['dev', 'adopt flights 1', /No other state of flights in production was seen at the gateway/],
  ['dev', 'stats ships', /no model "ships"/],
  ['dev', 'stats --from 2026-02-01 --to 2026-01-01', /ends \(2026-01-01\) before it begins/],
  ['ops', 'withdraw approval-nobody', /approval-nobody/],
  ['dev', 'runbook flights weather', /"kind" cannot be "weather"/],
  ['dev', 'note flights "looks good"', /neither a version nor an ID/],
  ['dev', 'note flights@99 "looks good"', /99/],
  ['dev', 'note run-nobody "x"', /run-nobody/],
  ['dev', 'note flights@1 " "', /"text"/],
  ['dev', 'oncall flights --to lead', /--until/],
  ['dev', 'oncall flights --to lead --until 2001-01-01', /That time is over/],
  ['dev', 'oncall flights --to nobody-here --until 2099-01-01', /30 days at most/],
  ['dev', 'oncall flights --back', /There is no handover there/],
  ['dev', 'oncall ships', /no model "ships"/],
  ['dev', 'votes --limit 0', /"limit" cannot be "0": at least 1/],
  ['ops', 'override approval-mine smoke', /"reason" is missing/],
  ['lead', 'override approval-mine smoke --reason "no"', /requires the admin role/],
  ['dev', 'rollback flights', /first version in production, so there is no earlier version/],
  ['dev', 'undeploy flights', /"reason" is missing/],
  ['dev', 'undeploy ships --reason "it is broken"', /no model "ships"/],
  [
    'dev',
    'undeploy flights --reason "it is broken" --from deployment-0',
    /flights v1 \(deployment-1-.*\) is now live in production, not deployment-0/,
  ],
  ['dev', 'hold flights', /"reason" is missing/],
  ['dev', 'hold ships --reason "later"', /no model "ships"/],
  ['eve', 'hold flights --reason "later"', /Unknown web user|requires the operator role/],
  ['dev', 'resume ships', /no model "ships"/],
  ['dev', 'rollout ships', /no model "ships"/],
  ['dev', 'pause ships', /no model "ships"/],
  ['dev', 'pause flights', /No rollout of flights in production is in progress/],
  ['dev', 'abort flights', /"reason" is missing/],
  ['dev', 'abort flights --reason "later"', /No rollout of flights in production is in progress/],
  ['dev', 'rollback flights --to newest', /expected a version such as v3/],
  ['dev', 'resume flights --in nowhere', /no environment "nowhere"/],
  ['lead', 'unlock flights', /requires the admin role/],
  ['dev', 'freeze production "Black Friday"', /requires the approver role/],
  ['lead', 'freeze', /Say which environment to freeze, or --all/],
  ['lead', 'freeze nowhere "Black Friday"', /no environment "nowhere"/],
  ['lead', 'freeze production "too late" --until 2001-01-01', /That time is over/],
  ['lead', 'freeze --all "the database is moved"', /Only an admin can make everything read-only/],
  ['lead', 'unfreeze', /Say which environment to open, or --all/],
  ['lead', 'unfreeze nowhere', /no environment "nowhere"/],
  ['dev', 'freezes nowhere', /no environment "nowhere"/],
  [
    'dev',
    'abort flights --rollout deployment-old --reason late',
    /That rollout of flights in production is not in progress/,
  ],
  [
    'dev',
    'pause flights --rollout deployment-old',
    /That rollout of flights in production is not in progress/,
  ],
  [
    'dev',
    'resume flights --pause pause-old',
    /That pause of the rollout of flights in production is over, so nothing was resumed/,
  ],
  ['dev', 'explain', /"prediction" is missing/],
  ['dev', 'explain some-id ships', /no model "ships"/],
  ['dev', 'proposals many', /"many" is one word too many/],
  ['lead', 'accept proposal-nobody', /no proposal "proposal-nobody"/],
  ['lead', 'dismiss', /"proposal" is missing/],
  ['dev', 'rollback ships', /no model "ships"/],
  ['dev', 'cancel run-nobody', /run-nobody/],
  ['dev', 'cancel run-done', /has ended already \(succeeded\), so nothing was stopped/],
  ['dev', 'logs run-nobody', /run-nobody/],
  ['dev', 'logs run-done --lines 0', /"lines" cannot be "0": at least 1/],
  ['dev', 'models ships', /no model "ships"/],
  ['dev', 'link 12', /"code" cannot be "12": expected eight characters/],
  ['dev', 'approvals --all=maybe', /"all" cannot be "maybe": takes no value/],
  ['dev', 'runs --status asleep', /"status" cannot be "asleep": expected queued, running/],
  ['dev', 'status ships', /no model "ships"/],
  ['dev', 'status --at 2026-02-31', /"at" cannot be "2026-02-31": no such date/],
  ['dev', 'history', /expected a word|"model"/],
  ['dev', 'audit --limit 0', /"limit" cannot be "0": at least 1/],
  ['dev', 'pipeline ships', /no model "ships"/],
  [
    'dev',
    'pipeline flights --restart rollout',
    /"restart" cannot be "rollout": expected a step such as check/,
  ],
  ['dev', 'pipeline flights --restart train', /No pipeline of flights has run yet/],
  ['dev', 'pipeline run flights --restart train', /A new run has no step to restart from/],
  ['dev', 'pipeline flights --id pipeline-nobody', /no pipeline pipeline-nobody/],
  ['dev', 'policy ships', /no model "ships"/],
  ['dev', 'data ships', /no model "ships"/],
  ['dev', 'admit arrival-nobody --reason "it is right"', /no arrival arrival-nobody/],
  ['dev', 'admit arrival-nobody', /"reason" is missing/],
  ['dev', 'discard arrival-nobody --reason "it is broken"', /no arrival arrival-nobody/],
  ['dev', 'monitors ships', /no model "ships"/],
  ['dev', 'monitors flights drifd', /no monitor "drifd"\. Did you mean "drift"\?/],
  ['dev', 'monitors run', /Name the model whose monitors are to run/],
  ['dev', 'alerts --limit 1000', /"limit" cannot be "1000": at most 100/],
  ['dev', 'acknowledge alert-nobody', /alert-nobody/],
  ['dev', 'snooze alert-nobody', /"for" is missing/],
  ['dev', 'snooze alert-nobody 1h', /alert-nobody/],
  ['dev', 'why alert-nobody', /alert-nobody/],
  ['dev', 'subscribe flights some', /"about" cannot be "some": expected alerts, harm, .* or all/],
  ['dev', 'subscribe flights data,some', /"about" cannot be "data,some"/],
  ['dev', 'subscribe flights data --in nowhere', /nowhere/],
  ['dev', 'unsubscribe ships', /no model "ships"/],
  ['dev', 'evaluation flights', /v2 was not evaluated/],
  ['dev', 'whatif flights 9', /no version 9/],
  ['dev', 'probe ships', /no model "ships"/],
  ['dev', 'probe flights --alert alert-nobody', /alert-nobody/],
  ['dev', 'probe flights', /No requests to flights are logged yet/],
  ['dev', 'whatif flights 1', /No requests to flights are logged yet/],
  ['dev', 'evaluation ships', /no model "ships"/],
  ['dev', 'help fly', /no command "fly"/],
  ['nobody', 'status', /Unknown web user "nobody"/],
];

describe('commands with invalid input', () => {
  it.each(BAD)('%s: /%s', async (user, line, answer) => {
    const before = await desk.everything();
    const reply = await desk.say(user, line);
    expect(reply.card.title).toMatch(answer);
    expect(reply.card.title).not.toContain('\n');
    expect(reply).toMatchObject({ audience: 'caller', outcome: 'refused' });
    expect(await desk.everything()).toBe(before);
  });

  it('say how a run ended that ended while its cancelling was asked for', async () => {
    const { runs } = desk.registry;
    const run = { kind: 'train', model: 'flights', parameters: {} } as const;
    const window = { from: new Date(0), to: new Date(1) };
    await runs.create({ ...run, id: 'run-fast', window, versions: [], requestedBy: 'dev' });
    const asking = vi.spyOn(runs, 'requestCancel').mockImplementationOnce(async () => {
      await runs.finish('run-fast', { status: 'failed', error: 'no rows' });
      return undefined;
    });
    const { card } = await desk.say('dev', 'cancel run-fast');
    asking.mockRestore();
    expect(card.title).toBe('run-fast has ended already (failed), so nothing was stopped.');
  });

  it('allow only /help to callers who did not say who they are', async () => {
    const unnamed = { platform: 'terminal', user: '' };
    const help = await desk.as(unnamed, 'help');
    expect(help).toMatchObject({ outcome: 'done', data: { you: null } });
    expect(help.card.footer).toBe('/help COMMAND explains a command');
    expect(await desk.as(unnamed, 'status')).toMatchObject({ outcome: 'refused' });
    expect(await desk.as({ platform: 'slack', user: 'U1' }, 'help')).toMatchObject({
      outcome: 'refused',
    });
  });

  it('were all tried', () => {
    const asked = new Set(BAD.map(([, line]) => line.split(' ')[0]));
    expect(commands.map(({ name }) => name).filter((name) => !asked.has(name))).toEqual([]);
  });
});
