import { Link } from '@tanstack/react-router';
import type { Job } from '../../api/types';
import { count, rate } from '../../parts/format';
import { StateBadge } from '../../parts/state-badge';
import { syncOf } from '../../parts/states';
import { Ago } from '../../parts/time';

export function JobBadges({ job }: { job: Job }) {
  const first = job.deployed[0];
  return (
    <>
      <StateBadge
        of="Job"
        state={job.state}
        reason={job.state_reason}
        since={job.since_at ?? first?.since_at}
        next={first?.next}
        extra={
          job.state === 'failed' || job.state === 'degraded' ? (
            <Link to="/jobs/$name" params={{ name: job.name }} search={{ tab: 'logs' }}>
              Read the logs
            </Link>
          ) : null
        }
      />
      <StateBadge of="Sync" state={syncOf(job.deployed, job.latest_version)} />
    </>
  );
}

export function JobFacts({ job }: { job: Job }) {
  const alive = job.deployed.filter((one) => one.state !== 'stopped');
  const dead = job.totals.dead_lettered ?? 0;
  return (
    <div className="facts">
      <span>
        Version <b>{job.latest_version ? `v${job.latest_version}` : 'none staged'}</b>
      </span>
      <span>
        Where {alive.length === 0 ? <b>nowhere</b> : null}
        {alive.map((one) => (
          <b key={one.id}>
            <Link to="/workers/$id" params={{ id: one.worker }}>
              {one.worker}
            </Link>{' '}
            v{one.version}{' '}
          </b>
        ))}
      </span>
      <span>
        In <b>{rate(job.rates.received_per_s)}</b>
      </span>
      <span>
        Out <b>{rate(job.rates.delivered_per_s)}</b>
      </span>
      <span>
        Dead letters <b>{count(dead)}</b>
      </span>
      <span>
        Changed{' '}
        <b>
          <Ago at={job.updated_at} />
        </b>
      </span>
    </div>
  );
}
