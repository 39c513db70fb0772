import type { ModelBoard } from '../../../src/core/board.ts';
import { shortTime } from '../time.ts';
import { StatusMark } from './status-mark.tsx';
import { WideTable } from './wide-table.tsx';

/** Shown at first. */
const FEW = 8;

/** What was live before, newest first. */
export function Deployments({ deployments }: { deployments: ModelBoard['deployments'] }) {
  if (deployments.length === 0) return null;
  return (
    <section>
      <h2>Deployments</h2>
      <WideTable label="Deployments">
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Change</th>
            <th scope="col">Status</th>
            <th scope="col">Since</th>
            <th scope="col">By</th>
            <th scope="col">Reason</th>
          </tr>
        </thead>
        <tbody>
          {deployments.slice(0, FEW).map(({ id, version, kind, status, since, by, reason }) => (
            <tr key={id}>
              <th scope="row">
                <b>v{version}</b>
              </th>
              <td>{kind}</td>
              <td>
                <StatusMark
                  tone={status === 'live' ? 'success' : 'note'}
                  words={status.replace('_', ' ')}
                />
              </td>
              <td>{shortTime(since)}</td>
              <td>{by}</td>
              <td class="wraps">{reason}</td>
            </tr>
          ))}
        </tbody>
      </WideTable>
    </section>
  );
}
