/** One job: its head with state and verbs, and tabs over the same document. */

import { Tabs } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { seg } from '../../api/client';
import { job as jobQuery } from '../../api/queries';
import type { Job } from '../../api/types';
import { useLiveTopic } from '../../live/live';
import { Bones, PageHead } from '../../parts/page';
import { ProblemNote } from '../../parts/problem';
import { EditPane } from './edit-pane';
import { JobBadges, JobFacts } from './job-head';
import { type Draft, useDraft } from './use-draft';
import { Verbs } from './verbs';

const TracePane = lazy(() => import('./trace-pane').then((m) => ({ default: m.TracePane })));
const LivePane = lazy(() => import('./live-pane').then((m) => ({ default: m.LivePane })));
const DeadLettersPane = lazy(() =>
  import('./dead-letters-pane').then((m) => ({ default: m.DeadLettersPane })),
);
const RunsPane = lazy(() => import('./runs-pane').then((m) => ({ default: m.RunsPane })));
const VersionsPane = lazy(() =>
  import('./versions-pane').then((m) => ({ default: m.VersionsPane })),
);
const JobLogsPane = lazy(() => import('./logs-pane').then((m) => ({ default: m.JobLogsPane })));

const TABS: [string, string][] = [
  ['edit', 'Edit'],
  ['trace', 'Trace'],
  ['live', 'Live'],
  ['dead-letters', 'Dead letters'],
  ['runs', 'Runs'],
  ['versions', 'Versions'],
  ['logs', 'Logs'],
];

export function JobPage() {
  const { name } = useParams({ from: '/shell/jobs/$name' });
  const job = useQuery(jobQuery(name));
  if (job.data) return <Loaded key={name} job={job.data} />;
  return (
    <div className="page">
      <PageHead title={name} commands={commandsFor(name, 'edit')} />
      {job.isPending ? <Bones rows={10} /> : null}
      <ProblemNote error={job.error} retry={() => void job.refetch()} />
      {job.error ? (
        <p>
          <Link to="/jobs">All jobs</Link>
        </p>
      ) : null}
    </div>
  );
}

function Loaded({ job }: { job: Job }) {
  const search = useSearch({ from: '/shell/jobs/$name' });
  const navigate = useNavigate({ from: '/jobs/$name' });
  const tab = search.tab ?? 'edit';
  const draft = useDraft(job);
  useJobNews(job.name);
  const open = (next: string | null) =>
    void navigate({ to: '.', search: { tab: next && next !== 'edit' ? next : undefined } });
  return (
    <div className="page">
      <PageHead
        title={job.name}
        badges={<JobBadges job={job} />}
        facts={<JobFacts job={job} />}
        actions={<Verbs job={job} draft={draft} onTrace={() => open('trace')} />}
        commands={commandsFor(job.name, tab)}
      />
      <DraftProblem draft={draft} />
      <Tabs value={tab} onChange={open} keepMounted={false}>
        <Tabs.List mb={12} style={{ flexWrap: 'nowrap', overflowX: 'auto', overflowY: 'hidden' }}>
          {TABS.map(([value, word]) => (
            <Tabs.Tab key={value} value={value} style={{ flex: 'none' }}>
              {word}
              {value === 'edit' && draft.dirty ? ' •' : ''}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Suspense fallback={<Bones rows={8} />}>
          <Tabs.Panel value="edit">
            <EditPane text={draft.text} onChange={draft.edit} onSave={draft.save} />
          </Tabs.Panel>
          <Tabs.Panel value="trace">
            <TracePane job={job.name} text={draft.text} />
          </Tabs.Panel>
          <Tabs.Panel value="live">
            <LivePane job={job} />
          </Tabs.Panel>
          <Tabs.Panel value="dead-letters">
            <DeadLettersPane job={job.name} />
          </Tabs.Panel>
          <Tabs.Panel value="runs">
            <RunsPane job={job.name} />
          </Tabs.Panel>
          <Tabs.Panel value="versions">
            <VersionsPane job={job} />
          </Tabs.Panel>
          <Tabs.Panel value="logs">
            <JobLogsPane job={job.name} />
          </Tabs.Panel>
        </Suspense>
      </Tabs>
    </div>
  );
}

function DraftProblem({ draft }: { draft: Draft }) {
  if (!draft.error) return null;
  return (
    <div style={{ marginBottom: 12 }}>
      <ProblemNote error={draft.error}>
        {draft.stale ? (
          <>
            <button type="button" onClick={draft.loadTheirs}>
              Load the newer draft
            </button>
            <button type="button" onClick={draft.keepMine}>
              Save mine over it
            </button>
          </>
        ) : null}
      </ProblemNote>
    </div>
  );
}

/** Runs, versions and states change while the page is open: read those lists again. */
function useJobNews(name: string): void {
  const client = useQueryClient();
  useLiveTopic(`job:${name}`, (frame) => {
    if (frame.kind === 'counters') {
      const { rates, totals } = frame.data as Pick<Job, 'rates' | 'totals'>;
      client.setQueryData<Job>(['job', name], (old) => (old ? { ...old, rates, totals } : old));
    }
    const part = { run: 'runs', version: 'versions' }[frame.kind];
    if (part) void client.invalidateQueries({ queryKey: ['job', name, part] });
  });
}

function commandsFor(name: string, tab: string) {
  const base = `/api/jobs/${seg(name)}`;
  const known: Record<string, [string | null, string]> = {
    edit: [`lyftdata jobs show ${name}`, `GET ${base}`],
    trace: [
      `lyftdata jobs trace ${name} --samples lines.txt`,
      'POST /api/jobs/trace {"text": "THE YAML", "samples": "THE LINES"}',
    ],
    live: [`lyftdata jobs show ${name}`, `GET ${base}/metrics?minutes=15`],
    'dead-letters': [
      `lyftdata dlq list ${name} --jobs-dir "$LYFTDATA_STAGING_DIR/worker"`,
      `GET ${base}/dead-letters`,
    ],
    runs: [null, `GET ${base}/runs`],
    versions: [`lyftdata jobs rollback ${name} --dry-run`, `GET ${base}/versions`],
    logs: [`lyftdata jobs logs ${name}`, `GET ${base}/logs`],
  };
  const [cli, http] = known[tab] ?? ['lyftdata jobs list', 'GET /api/jobs'];
  return { cli: cli ? [cli] : [], http: [http] };
}
