import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { workers } from '../../api/queries';
import { bytes, count } from '../../parts/format';
import { Bones, Empty, PageHead } from '../../parts/page';
import { ProblemNote } from '../../parts/problem';
import { StateBadge } from '../../parts/state-badge';
import { Ago } from '../../parts/time';

export function WorkersPage() {
  const list = useQuery(workers);
  return (
    <div className="page">
      <PageHead
        title="Workers"
        commands={{ cli: ['lyftdata workers list'], http: ['GET /api/workers'] }}
      />
      {list.isPending ? <Bones rows={4} /> : null}
      <ProblemNote error={list.error} retry={() => void list.refetch()} />
      {list.data?.length === 0 ? (
        <div className="boxed">
          <Empty title="No worker yet">
            Workers run the jobs. The built-in one starts with the server; if it is missing here,
            read the server's log.
          </Empty>
        </div>
      ) : null}
      {list.data?.length ? (
        <div className="boxed scroll-x">
          <Table className="data-table">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Worker</Table.Th>
                <Table.Th>State</Table.Th>
                <Table.Th className="num">Jobs</Table.Th>
                <Table.Th className="num">CPU</Table.Th>
                <Table.Th className="num">Memory</Table.Th>
                <Table.Th>Version</Table.Th>
                <Table.Th>Host</Table.Th>
                <Table.Th>Last heard</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {list.data.map((row) => (
                <Table.Tr key={row.id}>
                  <Table.Td>
                    <Link to="/workers/$id" params={{ id: row.id }}>
                      {row.name || row.id}
                    </Link>
                    {row.builtin ? <span className="muted"> built in</span> : null}
                  </Table.Td>
                  <Table.Td>
                    <StateBadge of="Worker" state={row.state} since={row.last_seen_at} />
                  </Table.Td>
                  <Table.Td className="num">{count(row.jobs_running)}</Table.Td>
                  <Table.Td className="num">{percent(row.cpu_percent)}</Table.Td>
                  <Table.Td className="num">{bytes(row.memory_bytes)}</Table.Td>
                  <Table.Td>{row.version}</Table.Td>
                  <Table.Td>{row.host}</Table.Td>
                  <Table.Td style={{ whiteSpace: 'nowrap' }}>
                    <Ago at={row.last_seen_at} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      ) : null}
    </div>
  );
}

export function percent(value: number): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} %`;
}
