import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import type { BarSeriesOption, LineSeriesOption } from 'echarts/charts';
import type { GraphicComponentOption, GridComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
// One file instead of a thousand modules: a thread that draws starts in an eighth of the time.
import { init, setPlatformAPI } from 'echarts/dist/echarts.esm.min.mjs';
import { faces } from './fonts.ts';
import type { Mark } from './marks.ts';
import { measureText } from './measure.ts';
import { font, size } from './theme.ts';

type Option = ComposeOption<
  BarSeriesOption | LineSeriesOption | GraphicComponentOption | GridComponentOption
>;

/** What a chart provides: echarts' series and axes, and what is drawn around them. */
export interface Drawing {
  height: number;
  marks: readonly Mark[];
  option: Pick<Option, 'grid' | 'xAxis' | 'yAxis' | 'series'>;
}

/** Height and width in pixels of the PNG. */
export interface Raster {
  png: Uint8Array<ArrayBuffer>;
  width: number;
  height: number;
}

setPlatformAPI({ measureText });

export function svg({ height, marks, option }: Drawing): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: size.width, height });
  try {
    const complete: Option = {
      animation: false,
      useUTC: true,
      textStyle: { fontFamily: font.family },
      ...option,
      graphic: { elements: [...marks] },
    };
    chart.setOption(complete);
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

let ready: Promise<void> | undefined;

/** Both resvg objects are outside the garbage collector's control: each is freed manually. */
export async function raster(picture: string): Promise<Raster> {
  ready ??= initWasm(
    readFileSync(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')),
  );
  await ready;
  const resvg = new Resvg(picture, {
    fitTo: { mode: 'zoom', value: size.scale },
    font: { fontBuffers: [faces.regular, faces.bold], defaultFontFamily: font.family },
  });
  try {
    const image = resvg.render();
    try {
      // Copied out of the wasm memory, which the next render may move.
      return { png: new Uint8Array(image.asPng()), width: image.width, height: image.height };
    } finally {
      image.free();
    }
  } finally {
    resvg.free();
  }
}
