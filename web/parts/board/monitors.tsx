import type { ModelBoard } from '../../../src/core/board.ts';
import type { Tone } from '../../../src/core/card.ts';
import { spanWords } from '../charts/series.ts';
import { StatusMark } from './status-mark.tsx';
import { WideTable } from './wide-table.tsx';

type Monitor = ModelBoard['monitors'][number];
type Status = NonNullable<Monitor['newest']>['status'];
const TONES: Record<Status, Tone> = {
  ...{ ok: 'success', warn: 'warning', alert: 'danger' },
  ...{ 'insufficient data': 'note', 'still learning': 'note', 'held back': 'note' },
};

/** Each monitor with its newest finding. */
export function Monitors({ monitors }: { monitors: readonly Monitor[] }) {
  if (monitors.length === 0) return null;
  return (
    <section>
      <h2>Monitors</h2>
      <WideTable label="Monitors">
        <thead>
          <tr>
            <th scope="col">Monitor</th>
            <th scope="col">Status</th>
            <th scope="col">Newest window</th>
            <th scope="col">Found</th>
          </tr>
        </thead>
        <tbody>
          {monitors.map(({ name, kind, summary, newest, note }) => (
            <tr key={name}>
              <th scope="row" title={summary}>
                <b>{name}</b>
                {kind !== name && <span class="soft"> {kind}</span>}
              </th>
              <td>
                {newest ? (
                  <StatusMark tone={TONES[newest.status]} words={newest.status} />
                ) : (
                  <span class="soft">no window yet</span>
                )}
              </td>
              <td>{newest ? spanWords(newest.window) : '–'}</td>
              <td class="wraps">
                {newest?.figure ?? '–'}
                {note !== null && <span class="soft row-note">{note}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </WideTable>
    </section>
  );
}
