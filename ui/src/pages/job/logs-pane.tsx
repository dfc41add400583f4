import { useNavigate, useSearch } from '@tanstack/react-router';
import { seg } from '../../api/client';
import { LogFilters, LogList } from '../../parts/log-list';
import { useFreshLogs } from '../fresh-logs';

export function JobLogsPane({ job }: { job: string }) {
  const search = useSearch({ from: '/shell/jobs/$name' });
  const navigate = useNavigate({ from: '/jobs/$name' });
  const { fresh, topics } = useFreshLogs([`logs:${job}`]);
  const filter = { level: search.level, search: search.search };
  return (
    <div className="stack">
      {topics}
      <LogFilters
        filter={filter}
        onChange={(next) =>
          void navigate({ to: '.', search: { tab: 'logs', ...next }, replace: true })
        }
      />
      <LogList
        path={`/api/logs?job=${seg(job)}`}
        queryKey={['job', job, 'logs']}
        fresh={fresh}
        filter={filter}
      />
    </div>
  );
}
