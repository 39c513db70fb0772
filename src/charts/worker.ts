import { parentPort } from 'node:worker_threads';
import { drawCalibration } from './drawing/calibration.ts';
import { drawCurves } from './drawing/curves.ts';
import { drawDelta, drawSlices } from './drawing/delta.ts';
import { drawHeatMap } from './drawing/heat-map.ts';
import { drawHistogram } from './drawing/histogram.ts';
import { type Drawing, raster, svg } from './drawing/render.ts';
import { drawResiduals } from './drawing/residuals.ts';
import { drawTimeline } from './drawing/timeline.ts';
import type { Answer, Order } from './protocol.ts';

// The renderer compiles while it draws its first picture. This belongs to the startup, which may take long on a
// busy machine, and not to the time for one picture.
await raster(svg({ height: 40, marks: [], option: {} }));
parentPort?.on('message', async (order: Order) => {
  try {
    const { png, width, height } = await raster(svg(drawing(order)));
    reply({ done: true, png, width, height }, png.buffer);
  } catch (fault) {
    reply({ done: false, fault });
  }
});

reply({ ready: true });

function drawing(order: Order): Drawing {
  switch (order.kind) {
    case 'histogram':
      return drawHistogram(order.chart);
    case 'delta':
      return drawDelta(order.chart);
    case 'slices':
      return drawSlices(order.chart);
    case 'heat map':
      return drawHeatMap(order.chart);
    case 'calibration':
      return drawCalibration(order.chart);
    case 'curves':
      return drawCurves(order.chart);
    case 'residuals':
      return drawResiduals(order.chart);
    case 'timeline':
      return drawTimeline(order.chart);
  }
}

function reply(answer: Answer, ...moved: ArrayBuffer[]): void {
  parentPort?.postMessage(answer, moved);
}
