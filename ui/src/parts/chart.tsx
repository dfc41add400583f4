/** A small line chart of one or two rates over time. Draws with uPlot; says its newest value in words. */

import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { clock } from './format';

export type Points = [number, number][];

export function RateChart({
  title,
  points,
  show,
  window,
  tone = 'busy',
}: {
  title: string;
  points: Points;
  show: (value: number) => string;
  /** The time asked for, epoch seconds; a young series is shown larger. */
  window: [number, number];
  tone?: 'busy' | 'good' | 'bad' | 'warn' | 'idle';
}) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const scheme = useComputedColorScheme('light');
  const newest = points.at(-1)?.[1];

  // The scheme decides the colours read here
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const styles = getComputedStyle(document.documentElement);
    const colour = (name: string) => styles.getPropertyValue(`--${name}`).trim();
    const axis = { stroke: colour('muted'), grid: { stroke: colour('line'), width: 1 }, size: 22 };
    const made = new uPlot(
      {
        width: element.clientWidth,
        height: 110,
        legend: { show: false },
        cursor: { y: false, points: { size: 6 } },
        scales: {
          x: { range: (_u, from, to) => [from, to] },
          y: { range: (_u, _min, max) => [0, max > 0 ? max * 1.1 : 1] },
        },
        axes: [
          {
            ...axis,
            font: '11px system-ui',
            space: 70,
            ticks: { show: false },
            values: (_u, splits) => splits.map((at) => timeOfDay(at, splits)),
          },
          {
            ...axis,
            size: 62,
            font: '11px system-ui',
            space: 32,
            ticks: { show: false },
            values: (_u, values) => values.map((value) => show(value)),
          },
        ],
        series: [
          {},
          {
            stroke: colour(tone),
            fill: `${colour(tone)}22`,
            width: 1.5,
            points: { show: (plot) => plot.data[0].length < 4, size: 4 },
          },
        ],
      },
      [[], []],
      element,
    );
    plot.current = made;
    const watch = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: 110 }),
    );
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [scheme, show, tone]);

  // A chart made anew needs its points again
  useEffect(() => {
    plot.current?.setData([points.map((point) => point[0]), points.map((point) => point[1])]);
    const [from, to] = rangeOf(points, window);
    plot.current?.setScale('x', { min: from, max: to });
  }, [points, scheme, show, tone, window]);

  return (
    <figure className="boxed chart" style={{ margin: 0 }}>
      <figcaption className="row spread">
        <span>{title}</span>
        <span className="now">{newest === undefined ? 'no data yet' : show(newest)}</span>
      </figcaption>
      <div ref={host} aria-hidden="true" />
    </figure>
  );
}

const SHORTEST_S = 60;

/** From the first point in the window to its end, a minute at least. */
export function rangeOf(points: Points, [from, to]: [number, number]): [number, number] {
  const first = points.find((point) => point[0] >= from)?.[0] ?? from;
  return [Math.max(from, Math.min(first, to - SHORTEST_S)), to];
}

/** `14:05`, with seconds where the marks are closer than a minute. */
function timeOfDay(at: number, marks: number[]): string {
  const near = (marks[1] ?? at + 60) - (marks[0] ?? at) < 60;
  return clock(new Date(at * 1000).toISOString()).slice(0, near ? 8 : 5);
}
