/** All jobs: state, version, where, rates, live. */

import { Button, NativeSelect, Table, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { jobs } from '../api/queries';
import type { JobSummary } from '../api/types';
import { count, rate } from '../parts/format';
import { Bones, Empty, PageHead } from '../parts/page';
import { ProblemNote } from '../parts/problem';
import { StateBadge } from '../parts/state-badge';
import { lookOf, syncOf } from '../parts/states';
import { Ago } from '../parts/time';

const SORTS: Record<string, (a: JobSummary, b: JobSummary) => number> = {
  name: (a, b) => a.name.localeCompare(b.name),
  state: (a, b) => a.state.localeCompare(b.state) || a.name.localeCompare(b.name),
  rate: (a, b) => b.rates.received_per_s - a.rates.received_per_s,
  dead: (a, b) => (b.totals.dead_lettered ?? 0) - (a.totals.dead_lettered ?? 0),
  changed: (a, b) => b.updated_at.localeCompare(a.updated_at),
};

const COLUMNS: [string, string, boolean][] = [
  ['name', 'Job', false],
  ['state', 'State', false],
  ['', 'Sync', false],
  ['', 'Version', true],
  ['', 'Worker', false],
  ['rate', 'In', true],
  ['', 'Out', true],
  ['dead', 'Dead letters', true],
  ['changed', 'Changed', false],
];

export function JobsPage() {
  const filter = useSearch({ from: '/shell/jobs' });
  const navigate = useNavigate();
  const set = (change: Partial<typeof filter>) =>
    void navigate({ to: '/jobs', search: { ...filter, ...change }, replace: true });
  const list = useQuery(jobs);
  const shown = visible(list.data ?? [], filter);
  return (
    <div className="page">
      <PageHead
        title="Jobs"
        actions={
          <Button component={Link} to="/jobs/new" leftSection={<IconPlus size={16} />}>
            New job
          </Button>
        }
        commands={{ cli: ['lyftdata jobs list'], http: ['GET /api/jobs'] }}
      />
      {list.isPending ? <Bones rows={8} /> : null}
      <ProblemNote error={list.error} retry={() => void list.refetch()} />
      {list.data?.length === 0 ? <NoJobs /> : null}
      {list.data && list.data.length > 0 ? (
        <div className="stack">
          <search className="row">
            <TextInput
              data-search
              aria-label="Search jobs"
              placeholder="Search jobs"
              value={filter.search ?? ''}
              onChange={(event) => set({ search: event.currentTarget.value || undefined })}
            />
            <NativeSelect
              aria-label="State"
              value={filter.state ?? ''}
              onChange={(event) => set({ state: event.currentTarget.value || undefined })}
              data={[{ value: '', label: 'All states' }, ...statesOf(list.data)]}
            />
            <span className="muted" style={{ fontSize: 13 }}>
              {shown.length} of {list.data.length}
            </span>
          </search>
          <JobsTable rows={shown} sort={filter.sort ?? 'name'} onSort={(sort) => set({ sort })} />
        </div>
      ) : null}
    </div>
  );
}

interface Filter {
  search?: string;
  state?: string;
  sort?: string;
}

export function visible(list: JobSummary[], filter: Filter): JobSummary[] {
  const search = filter.search?.toLowerCase() ?? '';
  const fits = (row: JobSummary) =>
    row.name.toLowerCase().includes(search) && (!filter.state || row.state === filter.state);
  return list.filter(fits).sort(SORTS[filter.sort ?? 'name'] ?? SORTS.name);
}

function statesOf(list: JobSummary[]): { value: string; label: string }[] {
  const states = [...new Set(list.map((row) => row.state))].sort();
  return states.map((state) => ({ value: state, label: lookOf(state).word }));
}

function JobsTable({
  rows,
  sort,
  onSort,
}: {
  rows: JobSummary[];
  sort: string;
  onSort: (sort: string) => void;
}) {
  if (rows.length === 0)
    return <Empty title="No job fits">Take the search or the state filter away.</Empty>;
  return (
    <div className="boxed scroll-x">
      <Table className="data-table">
        <Table.Thead>
          <Table.Tr>
            {COLUMNS.map(([key, word, numeric]) => (
              <Table.Th
                key={word}
                className={numeric ? 'num' : undefined}
                aria-sort={key && key === sort ? 'other' : undefined}
              >
                {key ? (
                  <button type="button" className="sort" onClick={() => onSort(key)}>
                    {word} {key === sort ? '↓' : ''}
                  </button>
                ) : (
                  word
                )}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <JobRow key={row.name} row={row} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function JobRow({ row }: { row: JobSummary }) {
  const runs = row.deployed.filter((one) => one.state !== 'stopped');
  const versions = [...new Set(runs.map((one) => `v${one.version}`))].join(', ');
  const dead = row.totals.dead_lettered ?? 0;
  return (
    <Table.Tr data-job={row.name}>
      <Table.Td>
        <Link to="/jobs/$name" params={{ name: row.name }}>
          {row.name}
        </Link>
        {row.has_draft ? (
          <span className="muted">{row.draft_valid ? ' draft' : ' draft with problems'}</span>
        ) : null}
      </Table.Td>
      <Table.Td>
        <StateBadge
          of="Job"
          state={row.state}
          reason={row.state_reason}
          since={row.since_at}
          next={runs[0]?.next}
        />
      </Table.Td>
      <Table.Td>
        <StateBadge of="Sync" state={syncOf(row.deployed, row.latest_version)} />
      </Table.Td>
      <Table.Td className="num">
        {versions || (row.latest_version ? `v${row.latest_version}` : '–')}
      </Table.Td>
      <Table.Td>
        {runs.map((one) => (
          <Link key={one.id} to="/workers/$id" params={{ id: one.worker }}>
            {one.worker}{' '}
          </Link>
        ))}
        {runs.length === 0 ? <span className="muted">none</span> : null}
      </Table.Td>
      <Table.Td className="num">{rate(row.rates.received_per_s)}</Table.Td>
      <Table.Td className="num">{rate(row.rates.delivered_per_s)}</Table.Td>
      <Table.Td className="num">
        {dead > 0 ? (
          <Link to="/jobs/$name" params={{ name: row.name }} search={{ tab: 'dead-letters' }}>
            {count(dead)}
          </Link>
        ) : (
          <span className="muted">0</span>
        )}
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        <Ago at={row.updated_at} />
      </Table.Td>
    </Table.Tr>
  );
}

function NoJobs() {
  return (
    <div className="boxed">
      <Empty
        title="No jobs yet"
        action={
          <Button component={Link} to="/jobs/new" size="sm" leftSection={<IconPlus size={16} />}>
            Write the first job
          </Button>
        }
      >
        A job reads from one input, passes every event through its actions, and hands it to one
        output. Write it, trace it on real lines, stage a version, then deploy it to a worker. What
        it can be made of: <Link to="/reference">the reference</Link>.
      </Empty>
    </div>
  );
}
