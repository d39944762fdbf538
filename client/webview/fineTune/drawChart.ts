// Draws a chart as SVG with a legend, and says in words what it shows. Colours come from the theme by the style sheet.

import { element, svgElement } from '../element.ts';
import { type ChartRange, type ChartSize, layOutChart, margin, type Series } from './chartLayout.ts';

export interface Chart {
  readonly title: string;
  /** What somebody hears who does not see it. */
  readonly description: string;
  readonly series: readonly Series[];
  readonly range: ChartRange;
  readonly size?: ChartSize;
  readonly xLabel: string;
  readonly formatX?: (value: number) => string;
  readonly formatY: (value: number) => string;
  readonly tip?: string;
}

const usualSize: ChartSize = { width: 420, height: 190 };

export function drawChart(chart: Chart): HTMLElement {
  const size = chart.size ?? usualSize;
  const drawn = layOutChart(chart.series, chart.range, size);
  const formatX = chart.formatX ?? ((value: number) => value.toLocaleString());
  const svg = svgElement(
    'svg',
    {
      class: 'chart',
      viewBox: `0 0 ${size.width} ${size.height}`,
      role: 'img',
      'aria-label': `${chart.title}: ${chart.description}`,
    },
    ...drawn.yTicks.flatMap(({ at, value }) => [
      svgElement('line', {
        class: 'grid',
        x1: margin.left,
        x2: size.width - margin.right,
        y1: at,
        y2: at,
      }),
      svgElement(
        'text',
        { class: 'tick', x: margin.left - 6, y: at + 3, 'text-anchor': 'end' },
        chart.formatY(value),
      ),
    ]),
    ...drawn.xTicks.map(({ at, value }) =>
      svgElement(
        'text',
        { class: 'tick', x: at, y: size.height - 6, 'text-anchor': 'middle' },
        formatX(value),
      ),
    ),
    ...drawn.series.map(({ path, style }) => svgElement('path', { class: `series ${style}`, d: path })),
    ...drawn.series.flatMap(({ dots, style }) =>
      dots.map(({ x, y }) => svgElement('circle', { class: `dot ${style}`, cx: x, cy: y, r: 3 })),
    ),
  );
  return element(
    'figure',
    { class: 'chart-box' },
    element(
      'figcaption',
      { title: chart.tip },
      element('span', { class: 'chart-title' }, chart.title),
      legendOf(chart),
    ),
    svg as unknown as HTMLElement,
    element('div', { class: 'axis', 'aria-hidden': 'true' }, chart.xLabel),
  );
}

function legendOf({ series }: Chart): HTMLElement {
  // A single series may be what the title says.
  const named = series.filter(({ name }) => name !== '');
  return element(
    'span',
    { class: 'legend', 'aria-hidden': 'true' },
    ...named.map(({ name, style }) =>
      element('span', { class: `key ${style}` }, element('span', { class: 'swatch' }), name),
    ),
  );
}
