/** A small line chart of one or two rates over time. Draws with uPlot; says its newest value in words. */

import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export type Points = [number, number][];

export function RateChart({
  title,
  points,
  show,
  tone = 'busy',
}: {
  title: string;
  points: Points;
  show: (value: number) => string;
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
        scales: { y: { range: (_u, _min, max) => [0, max > 0 ? max * 1.1 : 1] } },
        axes: [
          { ...axis, font: '11px system-ui', space: 70, ticks: { show: false } },
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
          { stroke: colour(tone), fill: `${colour(tone)}22`, width: 1.5, points: { show: false } },
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
  }, [points, scheme, show, tone]);

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
