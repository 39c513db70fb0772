import type { Card } from '../../../../src/core/card.ts';
import { openDesk } from '../../../commands/desk.ts';

/** As in src/wiring/adapters.ts. */
const HOME = ['approvals', 'runs --mine --limit 5', 'status', 'alerts'];

/** The Home tab of `lead`, for whom a request waits: real commands over a real registry. */
export async function homeCards(): Promise<Card[]> {
  const desk = await openDesk();
  try {
    const [first, second] = [await desk.addVersion('run-1'), await desk.addVersion('run-2')];
    await desk.goLive(first.number, first.artifact.sha256);
    const { id } = await desk.registry.approvals.request({
      id: 'approval-6q27mzqe',
      model: 'flights',
      version: second.number,
      environment: 'production',
      requestedBy: 'dev',
      needed: 1,
    });
    const evidence = {
      artifact: second.artifact.sha256,
      gates: [],
      metrics: { auc: 0.6976 },
      digest: 'f'.repeat(64),
    };
    await desk.registry.approvals.open(id, evidence, desk.clock.forward(3600));
    await desk.say('lead', 'train flights trees=200 --from 2001-05-01 --to 2001-06-01');
    const cards: Card[] = [];
    for (const line of HOME) cards.push((await desk.say('lead', line)).card);
    return cards;
  } finally {
    await desk.close();
  }
}
