import type { Command } from '../src/core/command.ts';
import { abort } from './abort.ts';
import { accept } from './accept.ts';
import { acknowledge } from './acknowledge.ts';
import { admit } from './admit.ts';
import { adopt } from './adopt.ts';
import { alerts } from './alerts.ts';
import { approvals } from './approvals.ts';
import { approve } from './approve.ts';
import { audit } from './audit.ts';
import { cancel } from './cancel.ts';
import { compare } from './compare.ts';
import { confirm } from './confirm.ts';
import { data } from './data.ts';
import { discard } from './discard.ts';
import { dismiss } from './dismiss.ts';
import { drill } from './drill.ts';
import { evaluation } from './evaluation.ts';
import { explain } from './explain.ts';
import { freeze } from './freeze.ts';
import { freezes } from './freezes.ts';
import { helpFor } from './help.ts';
import { history } from './history.ts';
import { hold } from './hold.ts';
import { importModel } from './import.ts';
import { link } from './link.ts';
import { logs } from './logs.ts';
import { models } from './models.ts';
import { monitors } from './monitors.ts';
import { note } from './note.ts';
import { oncall } from './oncall.ts';
import { override } from './override.ts';
import { pause } from './pause.ts';
import { pipeline } from './pipeline.ts';
import { policy } from './policy.ts';
import { probe } from './probe.ts';
import { promote } from './promote.ts';
import { proposals } from './proposals.ts';
import { queue } from './queue.ts';
import { reason } from './reason.ts';
import { reject } from './reject.ts';
import { release } from './release.ts';
import { repair } from './repair.ts';
import { replay } from './replay.ts';
import { resume } from './resume.ts';
import { rollback } from './rollback.ts';
import { rollout } from './rollout.ts';
import { runbook } from './runbook.ts';
import { runs } from './runs.ts';
import { snooze } from './snooze.ts';
import { stats } from './stats.ts';
import { status } from './status.ts';
import { subscribe } from './subscribe.ts';
import { train } from './train.ts';
import { undeploy } from './undeploy.ts';
import { unfreeze } from './unfreeze.ts';
import { unlock } from './unlock.ts';
import { unsubscribe } from './unsubscribe.ts';
import { votes } from './votes.ts';
import { webhooks } from './webhooks.ts';
import { whatif } from './whatif.ts';
import { why } from './why.ts';
import { withdraw } from './withdraw.ts';

/** All commands, in the order in which `help` lists them: the life of a model first. */
export const commands: readonly Command[] = [
  train,
  compare,
  whatif,
  probe,
  promote,
  release,
  rollback,
  rollout,
  pause,
  abort,
  undeploy,
  repair,
  adopt,
  drill,
  hold,
  resume,
  unlock,
  freezes,
  freeze,
  unfreeze,
  status,
  history,
  stats,
  helpFor(() => commands),
  approvals,
  approve,
  reject,
  confirm,
  withdraw,
  reason,
  override,
  votes,
  proposals,
  queue,
  accept,
  dismiss,
  models,
  evaluation,
  explain,
  runbook,
  runs,
  logs,
  cancel,
  data,
  admit,
  discard,
  pipeline,
  policy,
  monitors,
  alerts,
  acknowledge,
  snooze,
  why,
  oncall,
  note,
  subscribe,
  unsubscribe,
  audit,
  webhooks,
  replay,
  importModel,
  link,
];
