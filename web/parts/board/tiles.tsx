import type { ComponentChildren } from 'preact';
import { number } from '../../../src/charts/text.ts';
import type { LineChart, ModelBoard } from '../../../src/core/board.ts';
import { moment, plural, rounded } from '../../../src/core/figures.ts';
import { ago, fullTime, recently } from '../time.ts';

type Delivery = NonNullable<ModelBoard['delivery']>;

/** The few figures that tell at a glance how a model does. */
export function Tiles({ shown }: { shown: ModelBoard }) {
  const { live, outOfService, previous, newestPrediction, monitors } = shown;
  const counted = (status: 'alert' | 'warn') =>
    monitors.filter(({ newest }) => newest?.status === status).length;
  const [raised, warned] = [counted('alert'), counted('warn')];
  const judged = monitors.filter(({ newest }) => newest !== null).length;
  return (
    <dl class="tiles">
      <Tile label="Live" tone={live ? undefined : 'warning'}>
        <b class="tile-figure">{live ? `v${live.version}` : 'nothing'}</b>
        {live && (
          <span
            title={`${fullTime(live.since)}: ${live.reason}`}
          >{`${ago(live.since)} by ${live.by}`}</span>
        )}
        {!live && outOfService && (
          <span>{`v${outOfService.version} was taken out by ${outOfService.by}`}</span>
        )}
        {!live && !outOfService && <span>no version was promoted yet</span>}
      </Tile>
      <Performance charts={shown.charts} />
      <Drift shown={shown} />
      <Tile label="Monitors" tone={raised + warned > 0 ? 'warning' : undefined}>
        <b class="tile-figure">
          {monitors.length === 0
            ? 'none'
            : raised > 0
              ? `${raised} raised`
              : warned > 0
                ? plural(warned, 'warning')
                : judged > 0
                  ? 'quiet'
                  : 'waiting'}
        </b>
        <span>{`${judged} of ${monitors.length} have windows`}</span>
      </Tile>
      <Tile label="Newest prediction">
        <b class="tile-figure">{newestPrediction === null ? 'none' : recently(newestPrediction)}</b>
        <span>
          {newestPrediction === null
            ? 'no requests yet'
            : `${moment(new Date(newestPrediction))} UTC`}
        </span>
      </Tile>
      <Tile label="Rollback target">
        <b class="tile-figure">{previous === null ? 'none' : `v${previous}`}</b>
        <span>{previous === null ? 'nothing before it' : 'was live before'}</span>
      </Tile>
    </dl>
  );
}

/** How fast and how safely versions of the model are delivered, as `/stats` has it. */
export function DeliveryTiles({ delivery: { days, figures } }: { delivery: Delivery }) {
  return (
    <section>
      <h2>{`Delivery, last ${days} days`}</h2>
      <dl class="tiles">
        {figures.map(({ label, value, detail }) => (
          <Tile key={label} label={label}>
            <b class="tile-figure">{value ?? '–'}</b>
            <span>{detail}</span>
          </Tile>
        ))}
      </dl>
    </section>
  );
}

function Tile({
  label,
  tone,
  children,
}: {
  label: string;
  tone?: 'warning' | undefined;
  children: ComponentChildren;
}) {
  return (
    <div class="tile" data-tone={tone}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The newest figure with labels, or else without. */
function Performance({ charts }: { charts: readonly LineChart[] }) {
  for (const name of ['measured', 'estimated'])
    for (const { title, series } of charts) {
      const line = series.find((one) => one.name === name);
      const newest = line?.points.at(-1);
      if (!line || !newest) continue;
      const before = line.evaluated === null ? '' : `evaluated: ${rounded(line.evaluated)}`;
      return (
        <Tile label={`${title}, ${name}`}>
          <b class="tile-figure">{rounded(newest.value)}</b>
          <span>{before}</span>
        </Tile>
      );
    }
  return null;
}

function Drift({ shown: { heatMaps } }: { shown: ModelBoard }) {
  const map = heatMaps.find(({ subject }) => subject === 'psi');
  const [most] = (map?.rows ?? [])
    .flatMap(({ name, values }) => {
      const value = values.at(-1) ?? null;
      return value === null ? [] : [{ name, value }];
    })
    .toSorted((a, b) => b.value - a.value);
  if (!map || !most) return null;
  return (
    <Tile label="Largest drift" tone={most.value >= (map.limit ?? 1) ? 'warning' : undefined}>
      <b class="tile-figure">{`PSI ${number(most.value)}`}</b>
      <span>{most.name}</span>
    </Tile>
  );
}
