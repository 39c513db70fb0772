import { alertState, alertSubject } from '../../src/cards/alert.ts';
import { approvalState, approvalSubject } from '../../src/cards/approval.ts';
import { reportOn } from '../../src/monitoring/kinds/index.ts';
import type { Container } from './container.ts';
import type { Script } from './script.ts';
import type { Stage } from './stage.ts';

const HOUR_MS = 3_600_000;
const WINDOW = { from: new Date('2001-03-01'), to: new Date('2001-03-08') };

/** What exists before anybody acts. */
export async function setTheScene(
  script: Script,
  container: Container,
  stage: Stage,
): Promise<void> {
  const { registry, replies, home } = container;
  for (let n = 1; n <= script.versions; n += 1) await addVersion(container, n);
  for (const { id, version, needed, rooms } of script.requests) {
    const draft = { id, version, needed, model: 'flights', environment: 'production' };
    const { createdAt } = await registry.approvals.request({ ...draft, requestedBy: 'boss' });
    const gates = [{ name: 'auc', passed: true, words: 'auc 0.7 is at least 0.65' }];
    const evidence = { artifact: 'a'.repeat(64), gates, metrics: { auc: 0.7 } };
    const until = new Date(createdAt.getTime() + 24 * HOUR_MS);
    const open = await registry.approvals.open(id, { ...evidence, digest: 'e'.repeat(64) }, until);
    if (!open) throw new Error(`${id} does not open`);
    const subject = approvalSubject(open);
    for (const room of rooms)
      await replies.open(subject, { ...home, channel: stage.channel(room) }, approvalState(open));
  }
  for (const [i, id] of script.alerts.entries()) {
    const about = {
      ...{ model: 'flights', environment: 'production', monitor: `drift-${i}` },
      ...{ version: 1, window: WINDOW },
    };
    const found = {
      severity: 'warn',
      grade: 'inform',
      kind: 'drift',
      evidence: {},
      pictures: [],
    } as const;
    const { alert } = await registry.alerts.raise({
      id,
      ...about,
      ...found,
      signals: [],
      sizes: [],
      pictures: [],
    });
    await replies.open(alertSubject(alert), home, alertState(alert, reportOn(alert)));
  }
  await container.quiet();
}

async function addVersion({ registry }: Container, n: number): Promise<void> {
  await registry.versions.register({
    model: 'flights',
    run: `run-before${n}`,
    artifact: { sha256: String(n).padStart(64, '0'), bytes: 1 },
    dataset: { window: WINDOW, sha256: 'd'.repeat(64), rows: 10 },
    parameters: { trees: 100 },
    code: { revision: 'abc', dirty: false },
    runtime: { node: 'v20' },
    reported: {},
    createdBy: 'dev',
  });
}
