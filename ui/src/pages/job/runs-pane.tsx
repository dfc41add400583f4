import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { runs } from '../../api/queries';
import type { Run } from '../../api/types';
import { count, duration } from '../../parts/format';
import { Bones, Empty } from '../../parts/page';
import { ProblemNote } from '../../parts/problem';
import { StateBadge } from '../../parts/state-badge';
import { Ago, useNow } from '../../parts/time';

/** The counters of a run that goes on are read again every few seconds. */
function goesOn(query: { state: { data?: Run[] } }): number | false {
  return query.state.data?.some((run) => !run.ended_at) ? 3_000 : false;
}

export function RunsPane({ job }: { job: string }) {
  const list = useQuery({ ...runs(job), refetchInterval: goesOn });
  const now = useNow();
  if (list.isPending) return <Bones />;
  if (list.error) return <ProblemNote error={list.error} retry={() => void list.refetch()} />;
  if (list.data.length === 0)
    return (
      <div className="boxed">
        <Empty title="No runs yet">
          A run begins when a worker starts the job, and at every firing of its trigger. Deploy a
          version with the button above to see the first.
        </Empty>
      </div>
    );
  return (
    <div className="boxed scroll-x">
      <Table className="data-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>State</Table.Th>
            <Table.Th className="num">Version</Table.Th>
            <Table.Th>Worker</Table.Th>
            <Table.Th>Started</Table.Th>
            <Table.Th className="num">Took</Table.Th>
            <Table.Th className="num">Received</Table.Th>
            <Table.Th className="num">Delivered</Table.Th>
            <Table.Th className="num">Dead-lettered</Table.Th>
            <Table.Th>Why it ended</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {list.data.map((run) => (
            <Table.Tr key={run.id}>
              <Table.Td>
                <StateBadge
                  of="Run"
                  state={run.state}
                  reason={run.reason}
                  since={run.ended_at ?? run.started_at}
                />
              </Table.Td>
              <Table.Td className="num">v{run.version}</Table.Td>
              <Table.Td>{run.worker}</Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                <Ago at={run.started_at} />
              </Table.Td>
              <Table.Td className="num">
                {duration(
                  (run.ended_at ? Date.parse(run.ended_at) : now) - Date.parse(run.started_at),
                )}
              </Table.Td>
              <Table.Td className="num">{count(run.counters.received)}</Table.Td>
              <Table.Td className="num">{count(run.counters.delivered)}</Table.Td>
              <Table.Td className="num">{count(run.counters.dead_lettered)}</Table.Td>
              <Table.Td style={{ minWidth: 200 }}>{run.reason}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
