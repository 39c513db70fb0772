import { startLoad } from '../load.ts';
import { now, type Order, type Report, type Sample } from './messages.ts';

/**
 * Sends the requests of the bench: `sender.ts URL BODY PER_SECOND`. In a process of its own, because commands and
 * questions to the registry would delay the answers that are timed.
 */
const [url = '', body = '', perSecond = ''] = process.argv.slice(2);
const phases: Sample[][] = [[]];
const last = new Map<string, number>();
const load = startLoad({
  ...{ url, body: JSON.parse(body), perSecond: Number(perSecond) },
  // Callers are independent: those who wait for a challenger that hangs keep nobody else waiting.
  connections: 512,
  heard({ id, ms, version }) {
    phases.at(-1)?.push([id, ms]);
    last.set(version, now());
  },
});
const tell = (report: Report) => void process.send?.(report);

async function stop(): Promise<void> {
  const { sent, failed } = await load.stop();
  tell({ type: 'stopped', sent, failed, phases });
}

process.on('message', (order: Order) => {
  if (order.type === 'begin') phases.push([]);
  else if (order.type === 'stop') void stop();
  else {
    const { type, number, version } = order;
    const at = last.get(version);
    if (type === 'last') tell({ type: 'told', number, ...(at !== undefined && { at }) });
    else
      void load
        .answer((one) => one === version)
        .then(() => tell({ type: 'told', number, at: now() }));
  }
});
process.once('disconnect', () => process.exit());
process.send?.('sends');
