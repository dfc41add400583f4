/** The versions of a job, what differs between any two, and going back to one. */

import { Button, NativeSelect, Table } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { call, seg } from '../../api/client';
import { versions, versionText } from '../../api/queries';
import type { Assignment, Job, Version } from '../../api/types';
import { Bones, Empty } from '../../parts/page';
import { ProblemNote } from '../../parts/problem';
import { StateWord } from '../../parts/state-badge';
import { Ago } from '../../parts/time';

const DiffView = lazy(() => import('../../editor/diff-view'));

export function VersionsPane({ job }: { job: Job }) {
  const list = useQuery(versions(job.name));
  const search = useSearch({ from: '/shell/jobs/$name' });
  const navigate = useNavigate({ from: '/jobs/$name' });
  if (list.isPending) return <Bones />;
  if (list.error) return <ProblemNote error={list.error} retry={() => void list.refetch()} />;
  if (list.data.length === 0)
    return (
      <div className="boxed">
        <Empty title="Nothing is staged yet">
          Staging freezes the document as a numbered version that can be deployed, compared and gone
          back to.
        </Empty>
      </div>
    );
  const newest = Math.max(...list.data.map((one) => one.version));
  const from = search.from ?? String(Math.max(1, newest - (job.has_draft ? 0 : 1)));
  const to = search.to ?? (job.has_draft ? 'draft' : String(newest));
  const set = (change: { from?: string; to?: string }) =>
    void navigate({ to: '.', search: { ...search, from, to, ...change }, replace: true });
  const choices = [
    { value: 'draft', label: 'Draft' },
    ...list.data.map((one) => ({ value: String(one.version), label: `v${one.version}` })),
  ];
  return (
    <div className="stack">
      <VersionTable
        job={job}
        rows={list.data}
        onCompare={(version) =>
          set({ from: String(Math.max(1, Number(version) - 1)), to: version })
        }
      />
      {choices.length > 2 || job.has_draft ? (
        <>
          <div className="row">
            <NativeSelect
              label="From"
              value={from}
              data={choices}
              onChange={(event) => set({ from: event.currentTarget.value })}
            />
            <NativeSelect
              label="To"
              value={to}
              data={choices}
              onChange={(event) => set({ to: event.currentTarget.value })}
            />
          </div>
          <Difference job={job.name} from={from} to={to} />
        </>
      ) : null}
    </div>
  );
}

function VersionTable({
  job,
  rows,
  onCompare,
}: {
  job: Job;
  rows: Version[];
  onCompare: (version: string) => void;
}) {
  const client = useQueryClient();
  const back = useMutation({
    mutationFn: (version: number) =>
      call<Assignment>('POST', `/api/jobs/${seg(job.name)}/rollback`, { body: { version } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['job', job.name] }),
  });
  const running = new Map(
    job.deployed.filter((one) => one.state !== 'stopped').map((one) => [one.version, one]),
  );
  return (
    <>
      <ProblemNote error={back.error} />
      <section className="boxed scroll-x" tabIndex={0} aria-label="Versions">
        <Table className="data-table">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Version</Table.Th>
              <Table.Th>Deployed</Table.Th>
              <Table.Th>Note</Table.Th>
              <Table.Th>By</Table.Th>
              <Table.Th>Staged</Table.Th>
              <Table.Th>Hash</Table.Th>
              <Table.Th>Actions</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((one) => {
              const live = running.get(one.version);
              return (
                <Table.Tr key={one.version}>
                  <Table.Td>v{one.version}</Table.Td>
                  <Table.Td>
                    {live ? <StateWord state={live.state} label={live.label} /> : null}
                  </Table.Td>
                  <Table.Td>{one.note || <span className="muted">none</span>}</Table.Td>
                  <Table.Td>{one.author}</Table.Td>
                  <Table.Td style={{ whiteSpace: 'nowrap' }}>
                    <Ago at={one.staged_at} />
                  </Table.Td>
                  <Table.Td className="mono" title={one.hash}>
                    {one.hash.slice(0, 12)}
                  </Table.Td>
                  <Table.Td>
                    <div className="row" style={{ flexWrap: 'nowrap' }}>
                      {one.version > 1 ? (
                        <Button
                          size="compact-xs"
                          variant="default"
                          onClick={() => onCompare(String(one.version))}
                        >
                          Compare with v{one.version - 1}
                        </Button>
                      ) : null}
                      {live ? null : (
                        <Button
                          size="compact-xs"
                          variant="default"
                          disabled={back.isPending}
                          onClick={() => back.mutate(one.version)}
                        >
                          Roll back to v{one.version}
                        </Button>
                      )}
                    </div>
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </section>
    </>
  );
}

function Difference({ job, from, to }: { job: string; from: string; to: string }) {
  const before = useQuery(versionText(job, from === 'draft' ? 'draft' : Number(from)));
  const after = useQuery(versionText(job, to === 'draft' ? 'draft' : Number(to)));
  const error = before.error ?? after.error;
  if (error) return <ProblemNote error={error} />;
  if (before.data === undefined || after.data === undefined) return <Bones rows={5} />;
  if (before.data === after.data)
    return <p className="muted">There is no difference between these two.</p>;
  return (
    <div className="boxed">
      <Suspense fallback={<Bones rows={5} />}>
        <DiffView from={before.data} to={after.data} label={`Difference from ${from} to ${to}`} />
      </Suspense>
    </div>
  );
}
