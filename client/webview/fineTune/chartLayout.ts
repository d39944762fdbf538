// Where the lines of a chart go. In: series of points and a size. Out: paths, dots and ticks in the chart's own units.
// Pure: what is drawn can be tested without a page.

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Series {
  readonly name: string;
  /** `training`, `held-back`, …: the style sheet gives it a colour and a dash. */
  readonly style: string;
  readonly points: readonly Point[];
  readonly hasDots: boolean;
}

export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

export interface ChartLayout {
  readonly series: readonly {
    readonly name: string;
    readonly style: string;
    readonly path: string;
    readonly dots: readonly Point[];
  }[];
  readonly xTicks: readonly { readonly at: number; readonly value: number }[];
  readonly yTicks: readonly { readonly at: number; readonly value: number }[];
}

export interface ChartRange {
  /** Grown to hold every point. */
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Room for the numbers beside and below. */
export const margin = { left: 40, right: 10, top: 8, bottom: 20 };

export function layOutChart(
  series: readonly Series[],
  wanted: ChartRange,
  { width, height }: ChartSize,
): ChartLayout {
  const points = series.flatMap((one) => one.points);
  const [xLow, xHigh] = grow(
    wanted.x,
    points.map(({ x }) => x),
  );
  const yTicks = niceTicks(
    grow(
      wanted.y,
      points.map(({ y }) => y),
    ),
    4,
  );
  const [yLow, yHigh] = [yTicks[0]!, yTicks.at(-1)!];
  const toX = (x: number) =>
    margin.left + ((x - xLow) / (xHigh - xLow || 1)) * (width - margin.left - margin.right);
  const toY = (y: number) =>
    height - margin.bottom - ((y - yLow) / (yHigh - yLow || 1)) * (height - margin.top - margin.bottom);
  const place = ({ x, y }: Point): Point => ({ x: round(toX(x)), y: round(toY(y)) });
  return {
    series: series.map(({ name, style, points: own, hasDots }) => ({
      name,
      style,
      path: own
        .map(place)
        .map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`)
        .join(''),
      dots: hasDots ? own.map(place) : [],
    })),
    xTicks: niceTicks([xLow, xHigh], 5)
      .filter((value) => value >= xLow && value <= xHigh)
      .map((value) => ({ at: round(toX(value)), value })),
    yTicks: yTicks.map((value) => ({ at: round(toY(value)), value })),
  };
}

/** Round numbers that span the range: `niceTicks([0.13, 0.92], 4)` is `[0, 0.2, 0.4, 0.6, 0.8, 1]`. */
export function niceTicks([low, high]: readonly [number, number], count: number): readonly number[] {
  const span = high > low ? high - low : Math.abs(high) || 1;
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((one) => one * power >= rough * 0.999) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, index) => tidy((first + index) * step));
}

function grow(range: readonly [number, number], values: readonly number[]): readonly [number, number] {
  return [Math.min(range[0], ...values), Math.max(range[1], ...values)];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** 0.1 + 0.2 is 0.3 for people. */
function tidy(value: number): number {
  return Number(value.toPrecision(10));
}

/** Each point the mean of so many up to it: `smooth` of 1, 3, 5 over two is 1, 2, 4. */
export function smooth(points: readonly Point[], width: number): readonly Point[] {
  return points.map(({ x }, index) => {
    const last = points.slice(Math.max(0, index + 1 - width), index + 1);
    return { x, y: last.reduce((sum, { y }) => sum + y, 0) / last.length };
  });
}
