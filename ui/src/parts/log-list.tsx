/**
 * Log lines, newest first, virtualised. Older pages come while scrolling; live lines come at the top,
 * but wait behind "12 new" while the pointer or the reader is among the lines.
 */

import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { call } from '../api/client';
import type { LogRecord, Page } from '../api/types';
import { clock, exact } from './format';
import { Bones, Empty } from './page';
import { ProblemNote } from './problem';

export const LEVELS = ['debug', 'info', 'warning', 'error'];

export interface LogFilter {
  level?: string;
  search?: string;
}

export function LogFilters({
  filter,
  onChange,
  children,
}: {
  filter: LogFilter;
  onChange: (filter: LogFilter) => void;
  children?: React.ReactNode;
}) {
  return (
    <search className="row">
      <TextInput
        data-search
        aria-label="Search log lines"
        placeholder="Search lines"
        value={filter.search ?? ''}
        onChange={(event) =>
          onChange({ ...filter, search: event.currentTarget.value || undefined })
        }
      />
      <NativeSelect
        aria-label="Least level"
        value={filter.level ?? ''}
        onChange={(event) => onChange({ ...filter, level: event.currentTarget.value || undefined })}
        data={[
          { value: '', label: 'All levels' },
          ...LEVELS.map((level) => ({ value: level, label: `${level} and worse` })),
        ]}
      />
      {children}
    </search>
  );
}

/** Does a live line pass what the reader filters by? The level is the least one. */
export function passes(record: LogRecord, filter: LogFilter): boolean {
  const wanted = filter.level ? LEVELS.indexOf(filter.level) : 0;
  if (LEVELS.indexOf(record.level) < wanted) return false;
  const search = filter.search?.toLowerCase();
  return !search || `${record.message} ${record.code}`.toLowerCase().includes(search);
}

/** Newest first, each id once. */
export function joined(fresh: LogRecord[], stored: LogRecord[]): LogRecord[] {
  const seen = new Set<string>();
  return [...fresh, ...stored].filter((record) => {
    const key = String(record.id);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export function LogList({
  path,
  queryKey,
  fresh,
  filter,
  showJob = false,
}: {
  /** Address of the list, with its fixed parameters. */
  path: string;
  queryKey: string[];
  /** Live lines since this list is open, newest first. */
  fresh: LogRecord[];
  filter: LogFilter;
  showJob?: boolean;
}) {
  const stored = useInfiniteQuery({
    queryKey: [...queryKey, path, filter],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      call<Page<LogRecord>>('GET', addressOf(path, filter, pageParam), { signal }),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const known = useMemo(
    () => stored.data?.pages.flatMap((page) => page.items) ?? [],
    [stored.data],
  );
  const [held, setHeld] = useState(false);
  const [taken, setTaken] = useState(0);
  const live = fresh.filter((record) => passes(record, filter));
  const hidden = held ? Math.max(0, live.length - taken) : 0;
  useEffect(() => {
    if (!held) setTaken(live.length);
  }, [held, live.length]);
  const lines = useMemo(() => joined(live.slice(hidden), known), [live, hidden, known]);
  if (stored.isPending) return <Bones rows={10} />;
  if (stored.error) return <ProblemNote error={stored.error} retry={() => void stored.refetch()} />;
  if (lines.length === 0)
    return (
      <Empty title="No log lines">
        {filter.level || filter.search
          ? 'Nothing matches. Take a filter away, or wait: new lines come by themselves.'
          : 'A job writes lines when it starts, ends, retries or cannot deliver. They come here by themselves.'}
      </Empty>
    );
  return (
    <Lines
      lines={lines}
      hidden={hidden}
      showJob={showJob}
      onHold={setHeld}
      onShowNew={() => setTaken(live.length)}
      onEnd={() => {
        if (stored.hasNextPage && !stored.isFetchingNextPage) void stored.fetchNextPage();
      }}
    />
  );
}

function addressOf(path: string, filter: LogFilter, cursor: string): string {
  const [base, fixed] = path.split('?', 2);
  const query = new URLSearchParams(fixed);
  query.set('limit', '200');
  if (filter.level) query.set('level', filter.level);
  if (filter.search) query.set('search', filter.search);
  if (cursor) query.set('cursor', cursor);
  return `${base}?${query}`;
}

function Lines({
  lines,
  hidden,
  showJob,
  onHold,
  onShowNew,
  onEnd,
}: {
  lines: LogRecord[];
  hidden: number;
  showJob: boolean;
  onHold: (held: boolean) => void;
  onShowNew: () => void;
  onEnd: () => void;
}) {
  const host = useRef<HTMLDivElement>(null);
  const pointer = useRef(false);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => host.current,
    estimateSize: () => 26,
    overscan: 20,
    getItemKey: (index) => String(lines[index]?.id ?? index),
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= lines.length - 5) onEnd();
  }, [last, lines.length, onEnd]);
  const judge = () => onHold(pointer.current || (host.current?.scrollTop ?? 0) > 4);
  return (
    <section
      ref={host}
      className="boxed lines"
      tabIndex={0}
      aria-label="Log lines, newest first"
      onScroll={judge}
      onPointerEnter={() => {
        pointer.current = true;
        judge();
      }}
      onPointerLeave={() => {
        pointer.current = false;
        judge();
      }}
    >
      {hidden > 0 ? (
        <div className="newer">
          <Button
            size="compact-xs"
            onClick={() => {
              onShowNew();
              host.current?.scrollTo({ top: 0 });
            }}
          >
            {hidden} new
          </Button>
        </div>
      ) : null}
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map((item) => {
          const record = lines[item.index];
          return record ? (
            <div
              key={item.key}
              data-index={item.index}
              ref={virtual.measureElement}
              style={{
                position: 'absolute',
                top: 0,
                left: 0,
                right: 0,
                transform: `translateY(${item.start}px)`,
              }}
            >
              <Line record={record} showJob={showJob} />
            </div>
          ) : null;
        })}
      </div>
    </section>
  );
}

function Line({ record, showJob }: { record: LogRecord; showJob: boolean }) {
  const extras = Object.entries(record.fields ?? {});
  return (
    <div className="line" data-log-line>
      <time className="when" dateTime={record.at} title={exact(record.at)}>
        {clock(record.at)}
      </time>
      <span className="level" data-level={record.level}>
        {record.level}
      </span>
      {showJob ? <span className="muted">{record.job || record.worker}</span> : null}
      <span className="text">
        {record.message}
        {record.count > 1 ? <b> ×{record.count}</b> : null}
        {record.code ? <span className="muted"> [{record.code}]</span> : null}
        {extras.map(([key, value]) => (
          <span key={key} className="muted">
            {' '}
            {key}={typeof value === 'string' ? value : JSON.stringify(value)}
          </span>
        ))}
      </span>
    </div>
  );
}
