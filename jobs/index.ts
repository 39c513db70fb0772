import type { Job } from '../src/core/job.ts';
import { advanceRollout } from './advance-rollout.ts';
import { applyTarget } from './apply-target.ts';
import { carry } from './carry.ts';
import { checkMonitor } from './check-monitor.ts';
import { closeWindow } from './close-window.ts';
import { compare } from './compare.ts';
import { considerRetraining } from './consider-retraining.ts';
import { deliverWebhooks } from './deliver-webhooks.ts';
import { deploy } from './deploy.ts';
import { drill } from './drill.ts';
import { endRollout } from './end-rollout.ts';
import { evaluate } from './evaluate.ts';
import { exportVersions } from './export-versions.ts';
import { followPipeline } from './follow-pipeline.ts';
import { handleInbound } from './inbound.ts';
import { issueTicket } from './issue-ticket.ts';
import { lookForData } from './look-for-data.ts';
import { notify } from './notify.ts';
import { pipelineCheck } from './pipeline-check.ts';
import { pipelineCompare } from './pipeline-compare.ts';
import { pipelineEvaluate } from './pipeline-evaluate.ts';
import { pipelinePrepare } from './pipeline-prepare.ts';
import { pipelineProgram } from './pipeline-program.ts';
import { pipelinePromote } from './pipeline-promote.ts';
import { pipelineTrain } from './pipeline-train.ts';
import { postAuditHead } from './post-audit-head.ts';
import { postDigest } from './post-digest.ts';
import { probe } from './probe.ts';
import { recount } from './recount.ts';
import { requestPromotion } from './request-promotion.ts';
import { rollBack } from './roll-back.ts';
import { tellQuarantine } from './tell-quarantine.ts';
import { tellSubscribers } from './tell-subscribers.ts';
import { tidy } from './tidy.ts';
import { train } from './train.ts';
import { watchAlerts } from './watch-alerts.ts';
import { whatIf } from './what-if.ts';

/** All jobs that a worker or a bot can run. */
export const jobs: readonly Job[] = [
  train,
  evaluate,
  compare,
  whatIf,
  probe,
  requestPromotion,
  issueTicket,
  deploy,
  rollBack,
  drill,
  advanceRollout,
  applyTarget,
  endRollout,
  tellQuarantine,
  tellSubscribers,
  checkMonitor,
  lookForData,
  considerRetraining,
  pipelineCheck,
  pipelinePrepare,
  pipelineTrain,
  pipelineEvaluate,
  pipelineCompare,
  pipelineProgram,
  pipelinePromote,
  followPipeline,
  handleInbound,
  recount,
  closeWindow,
  notify,
  carry,
  deliverWebhooks,
  exportVersions,
  postAuditHead,
  postDigest,
  tidy,
  watchAlerts,
];
