import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { jobs, workers } from '../api/queries';
import { LogFilters, LogList } from '../parts/log-list';
import { PageHead } from '../parts/page';
import { useFreshLogs } from './fresh-logs';

export function LogsPage() {
  const filter = useSearch({ from: '/shell/logs' });
  const navigate = useNavigate();
  const set = (change: Partial<typeof filter>) =>
    void navigate({ to: '/logs', search: { ...filter, ...change }, replace: true });
  const jobList = useQuery(jobs).data ?? [];
  const workerList = useQuery(workers).data ?? [];
  // A worker's topic carries the lines of its jobs too.
  const topicNames = filter.job
    ? [`logs:${filter.job}`]
    : workerList
        .filter((one) => !filter.worker || one.id === filter.worker)
        .map((one) => `worker-logs:${one.id}`);
  const { fresh, topics } = useFreshLogs(topicNames, filter.worker);
  const query = new URLSearchParams();
  if (filter.job) query.set('job', filter.job);
  if (filter.worker) query.set('worker', filter.worker);
  const path = query.size ? `/api/logs?${query}` : '/api/logs';
  return (
    <div className="page">
      <PageHead
        title="Logs"
        commands={{
          cli: filter.job
            ? [`lyftdata jobs logs ${filter.job}`]
            : [`lyftdata workers logs ${filter.worker ?? 'built-in'}`],
          http: [`GET ${path}`],
        }}
      />
      {topics}
      <div className="stack">
        <LogFilters filter={filter} onChange={set}>
          <NativeSelect
            aria-label="Job"
            value={filter.job ?? ''}
            onChange={(event) => set({ job: event.currentTarget.value || undefined })}
            data={[{ value: '', label: 'All jobs' }, ...jobList.map((job) => job.name)]}
          />
          <NativeSelect
            aria-label="Worker"
            value={filter.worker ?? ''}
            onChange={(event) => set({ worker: event.currentTarget.value || undefined })}
            data={[
              { value: '', label: 'All workers' },
              ...workerList.map((one) => ({ value: one.id, label: one.name })),
            ]}
          />
        </LogFilters>
        <LogList path={path} queryKey={['logs']} fresh={fresh} filter={filter} showJob />
      </div>
    </div>
  );
}
