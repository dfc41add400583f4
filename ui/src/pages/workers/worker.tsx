import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { seg } from '../../api/client';
import { worker } from '../../api/queries';
import type { Assignment, Worker } from '../../api/types';
import { bytes, count } from '../../parts/format';
import { type LogFilter, LogFilters, LogList } from '../../parts/log-list';
import { Bones, Empty, PageHead } from '../../parts/page';
import { ProblemNote } from '../../parts/problem';
import { StateBadge } from '../../parts/state-badge';
import { Ago } from '../../parts/time';
import { useFreshLogs } from '../fresh-logs';
import { percent } from './workers';

export function WorkerPage() {
  const { id } = useParams({ from: '/shell/workers/$id' });
  const one = useQuery(worker(id));
  const [filter, setFilter] = useState<LogFilter>({});
  const { fresh, topics } = useFreshLogs([`worker-logs:${id}`]);
  const row = one.data;
  return (
    <div className="page">
      <PageHead
        title={row?.name || id}
        badges={row ? <StateBadge of="Worker" state={row.state} since={row.last_seen_at} /> : null}
        facts={row ? <Facts row={row} /> : null}
        commands={{
          cli: [`lyftdata workers logs ${id}`],
          http: [`GET /api/workers/${seg(id)}`, `GET /api/workers/${seg(id)}/logs`],
        }}
      />
      {one.isPending ? <Bones /> : null}
      <ProblemNote error={one.error} retry={() => void one.refetch()} />
      {topics}
      {row ? (
        <div className="stack">
          <Assignments rows={row.assignments} />
          <Capabilities row={row} />
          <h2 className="section">Log lines of the worker and its jobs</h2>
          <LogFilters filter={filter} onChange={setFilter} />
          <LogList
            path={`/api/logs?worker=${seg(id)}`}
            queryKey={['worker', id, 'logs']}
            fresh={fresh}
            filter={filter}
            showJob
          />
        </div>
      ) : null}
    </div>
  );
}

function Facts({ row }: { row: Worker }) {
  return (
    <div className="facts">
      <span>
        Version <b>{row.version}</b>
      </span>
      <span>
        Host <b>{row.host}</b>
      </span>
      <span>
        CPU <b>{percent(row.cpu_percent)}</b>
      </span>
      <span>
        Memory <b>{bytes(row.memory_bytes)}</b>
      </span>
      <span>
        Jobs <b>{count(row.jobs_running)}</b>
      </span>
      <span>
        Last heard{' '}
        <b>
          <Ago at={row.last_seen_at} />
        </b>
      </span>
    </div>
  );
}

function Assignments({ rows }: { rows: Assignment[] }) {
  if (rows.length === 0)
    return (
      <div className="boxed">
        <Empty title="Nothing is deployed here">
          Open a job, stage a version, and choose this worker under Deploy.
        </Empty>
      </div>
    );
  return (
    <div className="boxed scroll-x">
      <Table className="data-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Job</Table.Th>
            <Table.Th className="num">Version</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>Since</Table.Th>
            <Table.Th>Why</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((one) => (
            <Table.Tr key={one.id}>
              <Table.Td>
                <Link to="/jobs/$name" params={{ name: one.job }}>
                  {one.job}
                </Link>
              </Table.Td>
              <Table.Td className="num">v{one.version}</Table.Td>
              <Table.Td>
                <StateBadge
                  of="Job"
                  state={one.state}
                  label={one.label}
                  reason={one.reason}
                  since={one.since_at}
                  next={one.next}
                />
              </Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                <Ago at={one.since_at} />
              </Table.Td>
              <Table.Td style={{ minWidth: 220 }}>{one.reason}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Capabilities({ row }: { row: Worker }) {
  const parts: [string, string[]][] = [
    ['Inputs', row.capabilities.inputs],
    ['Actions', row.capabilities.actions],
    ['Outputs', row.capabilities.outputs],
  ];
  return (
    <dl className="sentence">
      {parts.map(([word, names]) => (
        <div key={word} style={{ display: 'contents' }}>
          <dt>{word}</dt>
          <dd>{names.join(', ') || 'none'}</dd>
        </div>
      ))}
    </dl>
  );
}
