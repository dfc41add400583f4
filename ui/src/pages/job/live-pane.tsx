/** What runs now: rates over time, the ledger, and a live sample of the events that come out. */

import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { me, metrics, samples as storedSamples } from '../../api/queries';
import type { Job, Rates, Sample, Totals } from '../../api/types';
import { useLiveTopic } from '../../live/live';
import { type Points, RateChart } from '../../parts/chart';
import { bytes, clock, count, exact, rate } from '../../parts/format';
import { Bones, Empty } from '../../parts/page';
import { ProblemNote } from '../../parts/problem';

const CHARTS: [string, string, 'busy' | 'good' | 'bad' | 'warn' | 'idle', (v: number) => string][] =
  [
    ['received', 'Received', 'busy', rate],
    ['delivered', 'Delivered', 'good', rate],
    ['filtered', 'Filtered', 'idle', rate],
    ['dead_lettered', 'Dead-lettered', 'bad', rate],
    ['bytes_in', 'Bytes in', 'busy', bytesRate],
    ['bytes_out', 'Bytes out', 'good', bytesRate],
  ];

function bytesRate(value: number): string {
  return `${bytes(value)}/s`;
}

interface News {
  at: string;
  totals: Totals;
  rates: Rates & Record<string, number>;
}

export function LivePane({ job }: { job: Job }) {
  const search = useSearch({ from: '/shell/jobs/$name' });
  const navigate = useNavigate({ from: '/jobs/$name' });
  const minutes = search.minutes ?? 15;
  const history = useQuery(metrics(job.name, minutes));
  const may = useQuery(me).data?.permissions.includes('data:read') ?? false;
  const [news, setNews] = useState<News[]>([]);
  useLiveTopic(`job:${job.name}`, (frame) => {
    if (frame.kind !== 'counters') return;
    const data = frame.data as News;
    setNews((old) => [...old.slice(-900), { ...data, at: data.at ?? frame.at ?? '' }]);
  });
  const totals = news.at(-1)?.totals ?? job.totals;
  const end = Date.parse(news.at(-1)?.at ?? '') / 1000 || history.dataUpdatedAt / 1000;
  return (
    <div className="stack">
      <Ledger totals={totals} />
      <div className="row spread">
        <h2 className="section">Rates</h2>
        <NativeSelect
          aria-label="Time range"
          value={String(minutes)}
          onChange={(event) => {
            const chosen = Number(event.currentTarget.value);
            void navigate({ to: '.', search: { ...search, minutes: chosen }, replace: true });
          }}
          data={[
            { value: '5', label: 'Last 5 minutes' },
            { value: '15', label: 'Last 15 minutes' },
            { value: '60', label: 'Last hour' },
            { value: '360', label: 'Last 6 hours' },
          ]}
        />
      </div>
      <ProblemNote error={history.error} retry={() => void history.refetch()} />
      {history.isPending ? <Bones rows={4} /> : null}
      {history.data ? (
        <div className="charts">
          {CHARTS.map(([key, title, tone, show]) => (
            <Chart
              key={key}
              title={title}
              tone={tone}
              show={show}
              stored={history.data.series[key]}
              news={news}
              name={key}
              window={[end - minutes * 60, end]}
            />
          ))}
        </div>
      ) : null}
      {may ? <Samples job={job.name} /> : null}
    </div>
  );
}

function Chart({
  title,
  tone,
  show,
  stored,
  news,
  name,
  window,
}: {
  title: string;
  tone: 'busy' | 'good' | 'bad' | 'warn' | 'idle';
  show: (value: number) => string;
  stored: Points | undefined;
  news: News[];
  name: string;
  window: [number, number];
}) {
  const points = useMemo(() => extended(stored ?? [], news, name), [stored, news, name]);
  return <RateChart title={title} tone={tone} show={show} points={points} window={window} />;
}

/** A point is the mean over so long at least, where there are reports: batches leave in bursts. */
const MEAN_S = 5;
const LEAST_S = 2;

/** The stored points, and the live ones that are newer. */
export function extended(stored: Points, news: News[], name: string): Points {
  const last = stored.at(-1)?.[0] ?? 0;
  const live: Points = [];
  let from = 0;
  for (const [index, one] of news.entries()) {
    const at = Date.parse(one.at) / 1000;
    while (from < index && Date.parse(news[from + 1]?.at ?? '') / 1000 <= at - MEAN_S) from += 1;
    const value = growth(news[from], one, name);
    if (value !== undefined && at > (live.at(-1)?.[0] ?? last)) live.push([at, value]);
  }
  return [...stored, ...live];
}

/** Per second between two reports; totals that went down began anew and say nothing. */
function growth(earlier: News | undefined, later: News, name: string): number | undefined {
  if (!earlier) return undefined;
  const seconds = (Date.parse(later.at) - Date.parse(earlier.at)) / 1000;
  const more = (later.totals[name] ?? 0) - (earlier.totals[name] ?? 0);
  return seconds >= LEAST_S && more >= 0 ? more / seconds : undefined;
}

const LEDGER: [string, string][] = [
  ['received', 'Received'],
  ['created', 'Created'],
  ['delivered', 'Delivered'],
  ['filtered', 'Filtered'],
  ['absorbed', 'Absorbed'],
  ['dead_lettered', 'Dead-lettered'],
  ['expired', 'Expired'],
  ['in_flight', 'In flight'],
];

/** Every event is somewhere: what came in equals what left, ended or is under way. */
export function balanceOf(totals: Totals): number {
  const sum = (...keys: string[]) => keys.reduce((all, key) => all + (totals[key] ?? 0), 0);
  const came = sum('received', 'created');
  return came - sum('delivered', 'filtered', 'absorbed', 'dead_lettered', 'expired', 'in_flight');
}

function Ledger({ totals }: { totals: Totals }) {
  if (Object.keys(totals).length === 0)
    return (
      <div className="boxed">
        <Empty title="Nothing has run yet">
          Stage and deploy a version with the buttons above: counters, rates and sampled events
          appear here by themselves.
        </Empty>
      </div>
    );
  const off = balanceOf(totals);
  return (
    <section aria-label="Ledger">
      <dl className="ledger" style={{ margin: 0 }}>
        {LEDGER.map(([key, word]) => (
          <div key={key}>
            <dt>{word}</dt>
            <dd>{count(totals[key] ?? 0)}</dd>
          </div>
        ))}
      </dl>
      <p className="muted" style={{ fontSize: 12, margin: '4px 0 0' }}>
        {off === 0
          ? 'The ledger balances: every event is accounted for.'
          : `The ledger is off by ${count(off)} at this moment; it settles with the next report.`}{' '}
        {bytes(totals.bytes_in ?? 0)} in, {bytes(totals.bytes_out ?? 0)} out.
      </p>
    </section>
  );
}

function Samples({ job }: { job: string }) {
  const stored = useQuery(storedSamples(job));
  const [fresh, setFresh] = useState<Sample[]>([]);
  const [held, setHeld] = useState<Sample[] | null>(null);
  useLiveTopic(`samples:${job}`, (frame) => {
    if (frame.kind !== 'sample') return;
    const sample = frame.data as Sample;
    setFresh((old) => [sample, ...old].slice(0, 200));
  });
  const all = useMemo(() => {
    const seen = new Set<string>();
    return [...fresh, ...newestFirst(stored.data ?? [])].filter((one) => {
      const key = `${one.at} ${one.event}`;
      return seen.has(key) ? false : Boolean(seen.add(key));
    });
  }, [fresh, stored.data]);
  const rows = held ?? all;
  const waiting = held ? all.length - held.length : 0;
  return (
    <section
      className="boxed"
      aria-label="Live sample"
      onPointerEnter={() => setHeld(all)}
      onPointerLeave={() => setHeld(null)}
    >
      <h2 className="panel-title">
        Events that come out, sampled{' '}
        {waiting > 0 ? <span className="muted">{waiting} new wait while you point</span> : null}
      </h2>
      <ProblemNote error={stored.error} retry={() => void stored.refetch()} />
      {rows.length === 0 && !stored.error ? (
        <Empty title="No event came out yet">
          A few of the events that leave the job are shown here while it runs.
        </Empty>
      ) : null}
      <section
        className="lines"
        style={{ maxHeight: 360 }}
        tabIndex={0}
        aria-label="Sampled events"
      >
        {rows.slice(0, 100).map((one) => (
          <div className="line" key={`${one.at} ${one.event}`} data-sample>
            <time className="when" dateTime={one.at} title={exact(one.at)}>
              {clock(one.at)}
            </time>
            <span className="text">{one.event}</span>
          </div>
        ))}
      </section>
    </section>
  );
}

function newestFirst(list: Sample[]): Sample[] {
  return [...list].sort((a, b) => b.at.localeCompare(a.at));
}
