/** Run & Trace: sample lines in, and every event after every action, with what changed. */

import { Button, Menu, Switch, Textarea } from '@mantine/core';
import { IconChevronDown, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { call } from '../../api/client';
import { deadLetters, samples as liveSamples } from '../../api/queries';
import type { Trace } from '../../api/types';
import { count, nanoseconds } from '../../parts/format';
import { Empty } from '../../parts/page';
import { ProblemNote } from '../../parts/problem';
import { TraceTable } from './trace-table';

const MOST_LINES = 100;
const lastTraces = new Map<string, { samples: string; trace: Trace | null }>();

export function TracePane({ job, text }: { job: string; text: string }) {
  const kept = lastTraces.get(job);
  const [samples, setSamples] = useState(kept?.samples ?? '');
  const run = useMutation({
    mutationFn: () =>
      call<Trace>('POST', '/api/jobs/trace', {
        body: { text, limit: MOST_LINES, ...(samples.trim() ? { samples } : {}) },
      }),
    onSuccess: (trace) => lastTraces.set(job, { samples, trace }),
  });
  const trace = run.data ?? kept?.trace;
  return (
    <div className="stack">
      <div className="trace-input">
        <Textarea
          label="Sample lines"
          description="One event a line, as the input would read it. Empty: the job's own input is read."
          autosize
          minRows={3}
          maxRows={8}
          value={samples}
          onChange={(event) => setSamples(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run.mutate();
          }}
        />
        <div className="row">
          <Button
            leftSection={<IconPlayerPlay size={16} />}
            disabled={run.isPending}
            onClick={() => run.mutate()}
          >
            {run.isPending ? 'Tracing…' : 'Run trace'}
          </Button>
          <Sources job={job} onFill={setSamples} />
          <span className="muted keys" style={{ fontSize: 12 }}>
            <kbd>Ctrl Enter</kbd> runs. Nothing is delivered by a trace.
          </span>
        </div>
      </div>
      <ProblemNote error={run.error} />
      {trace ? (
        <Result trace={trace} />
      ) : run.error ? null : (
        <div className="boxed">
          <Empty title="See every event after every action">
            Paste some lines and run the trace. Each action becomes a column: what it added, changed
            and removed, what it dropped and why.
          </Empty>
        </div>
      )}
    </div>
  );
}

function Sources({ job, onFill }: { job: string; onFill: (text: string) => void }) {
  const client = useQueryClient();
  const file = useRef<HTMLInputElement>(null);
  const [error, setError] = useState<unknown>(null);
  const fill = async (read: () => Promise<string[]>) => {
    try {
      const lines = await read();
      if (lines.length > 0) onFill(lines.slice(0, MOST_LINES).join('\n'));
      setError(lines.length > 0 ? null : new Error('There is nothing to take yet.'));
    } catch (cause) {
      setError(cause);
    }
  };
  return (
    <>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={14} />}>
            Take lines from
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => file.current?.click()}>A file on this computer</Menu.Item>
          <Menu.Item
            onClick={() =>
              void fill(async () =>
                (await client.fetchQuery(liveSamples(job))).map((one) => one.event),
              )
            }
          >
            Live samples (events that came out)
          </Menu.Item>
          <Menu.Item
            onClick={() =>
              void fill(async () =>
                (await client.fetchQuery(deadLetters(job))).items.map((one) => one.event),
              )
            }
          >
            Dead letters
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <input
        ref={file}
        type="file"
        hidden
        aria-label="File with sample lines"
        onChange={(event) => {
          const chosen = event.currentTarget.files?.[0];
          // The first lines are enough: no need to read a large file whole.
          if (chosen)
            void fill(async () => (await chosen.slice(0, 1_000_000).text()).split(/\r?\n/));
          event.currentTarget.value = '';
        }}
      />
      <ProblemNote error={error} />
    </>
  );
}

function Result({ trace }: { trace: Trace }) {
  const search = useSearch({ from: '/shell/jobs/$name' });
  const navigate = useNavigate({ from: '/jobs/$name' });
  const set = (change: { event?: number; whole?: boolean }) =>
    void navigate({ to: '.', search: { ...search, ...change }, replace: true });
  return (
    <section className="stack" aria-label="Trace result">
      <div className="row spread">
        <span>
          {count(trace.rows.length)} events in {nanoseconds(trace.duration_ms * 1e6)}
          {trace.truncated ? ', cut at the limit' : ''}
          {ledgerWords(trace)}
        </span>
        <Switch
          size="xs"
          label="Whole events"
          checked={search.whole ?? false}
          onChange={(event) => set({ whole: event.currentTarget.checked || undefined })}
        />
      </div>
      <TraceTable
        trace={trace}
        whole={search.whole ?? false}
        chosen={search.event}
        onChoose={(event) => set({ event })}
      />
      {trace.logs.length > 0 ? (
        <div className="boxed">
          <h2 className="panel-title">Log lines of the trace</h2>
          {trace.logs.map((record, index) => (
            // The lines never change or move
            <div className="line" key={index}>
              <span className="level" data-level={record.level}>
                {record.level}
              </span>
              <span className="text">
                {record.message}
                {record.code ? <span className="muted"> [{record.code}]</span> : null}
              </span>
            </div>
          ))}
        </div>
      ) : null}
    </section>
  );
}

function ledgerWords(trace: Trace): string {
  const parts = [
    ['delivered', 'out'],
    ['filtered', 'filtered'],
    ['dead_lettered', 'dead-lettered'],
  ] as const;
  const words = parts
    .filter(([key]) => trace.ledger[key])
    .map(([key, word]) => `${count(trace.ledger[key])} ${word}`);
  return words.length > 0 ? `: ${words.join(', ')}` : '';
}
