import { useEffect } from 'preact/hooks';
import type { ModelBoard } from '../../../src/core/board.ts';
import { board, boardProblem, loadBoard } from '../../state/boards.ts';
import { closeThread } from '../../state/thread.ts';
import { CurveChart } from '../charts/curve-chart.tsx';
import { HeatMap } from '../charts/heat-map.tsx';
import { LineChart } from '../charts/line-chart.tsx';
import { ChartIcon } from '../icons.tsx';
import { Attention } from './attention.tsx';
import { Deployments } from './deployments.tsx';
import { Environments } from './environments.tsx';
import { Monitors } from './monitors.tsx';
import { Runs } from './runs.tsx';
import { DeliveryTiles, Tiles } from './tiles.tsx';

/** One model in one environment: what is live, how it does, and what waits for somebody. */
export function Board({ place }: { place: { model: string; environment: string | null } }) {
  const shown = board.value;
  // A thread belongs to its channel, and the board needs the room.
  useEffect(closeThread, []);
  return (
    <section class="board" aria-label={`Board of ${place.model}`} data-testid="board">
      <header class="bar">
        <ChartIcon size={18} />
        <h1>{place.model}</h1>
        <p class="topic">{shown?.summary}</p>
        {shown && <Environments shown={shown} />}
      </header>
      <div class="board-scroll">
        <div class="board-content">
          {boardProblem.value !== '' && (
            <p class="load-problem" role="alert">
              The board was not loaded. {boardProblem.value}
              <button type="button" class="link" onClick={() => void loadBoard()}>
                Try again
              </button>
            </p>
          )}
          {shown === null && boardProblem.value === '' && (
            <p class="soft" role="status">
              Loading…
            </p>
          )}
          {shown && <Sections shown={shown} />}
        </div>
      </div>
    </section>
  );
}

/** Metrics of the answers, rather than of how they were served. */
const isPerformance = ({ series }: ModelBoard['charts'][number]) =>
  series.some(({ name }) => name === 'measured' || name === 'estimated');

function Sections({ shown }: { shown: ModelBoard }) {
  const { charts, heatMaps, ranking, events } = shown;
  const performance = charts.filter(isPerformance);
  const others = charts.filter((chart) => !isPerformance(chart));
  return (
    <>
      <Tiles shown={shown} />
      <Attention shown={shown} />
      {performance.length > 0 && (
        <section>
          <h2>Performance</h2>
          <div class="chart-grid">
            {performance.map((chart) => (
              <LineChart key={chart.subject} chart={chart} events={events} />
            ))}
          </div>
        </section>
      )}
      {ranking && (
        <section>
          <h2>Evaluation</h2>
          <div class="chart-grid">
            <CurveChart kind="roc" ranking={ranking} />
            <CurveChart kind="precision" ranking={ranking} />
          </div>
        </section>
      )}
      {heatMaps.length > 0 && (
        <section>
          <h2>Data</h2>
          {heatMaps.map((map) => (
            <HeatMap key={`${map.monitor}/${map.subject}`} map={map} events={events} />
          ))}
        </section>
      )}
      {others.length > 0 && (
        <section>
          <h2>Service</h2>
          <div class="chart-grid">
            {others.map((chart) => (
              <LineChart key={chart.subject} chart={chart} events={events} />
            ))}
          </div>
        </section>
      )}
      <Monitors monitors={shown.monitors} />
      <Runs runs={shown.runs} />
      {shown.delivery && <DeliveryTiles delivery={shown.delivery} />}
      <Deployments deployments={shown.deployments} />
    </>
  );
}
