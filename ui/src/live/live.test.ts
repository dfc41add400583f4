import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import type { Job, JobSummary } from '../api/types';
import { patchJobs } from './live';

const summary: JobSummary = {
  name: 'a',
  state: 'running',
  state_reason: 'It runs.',
  since_at: '2026-01-01T00:00:00.000Z',
  health: 'healthy',
  has_draft: false,
  draft_valid: true,
  latest_version: 2,
  deployed: [],
  rates: { received_per_s: 5, delivered_per_s: 5, dead_lettered_per_s: 0 },
  totals: { received: 10 },
  updated_at: '2026-01-01T00:00:00.000Z',
};

test('news of a job change its row and its page, but never the text under edit', () => {
  const client = new QueryClient();
  const job: Job = {
    ...summary,
    state: 'staged',
    text: 'name: a',
    etag: 'e1',
    diagnostics: [],
    created_at: '',
  };
  client.setQueryData(['jobs'], [{ ...summary, name: 'b' }, job]);
  client.setQueryData(['job', 'a'], job);
  patchJobs(client, { kind: 'job', topic: 'jobs', data: { ...summary, text: 'other' } });
  expect(client.getQueryData<JobSummary[]>(['jobs'])?.map((one) => one.state)).toEqual([
    'running',
    'running',
  ]);
  expect(client.getQueryData<Job>(['job', 'a'])).toMatchObject({
    state: 'running',
    text: 'name: a',
    etag: 'e1',
  });
});

test('a job that the list does not know yet goes to its end', () => {
  const client = new QueryClient();
  client.setQueryData(['jobs'], [{ ...summary, name: 'b' }]);
  patchJobs(client, { kind: 'job', topic: 'jobs', data: summary });
  expect(client.getQueryData<JobSummary[]>(['jobs'])?.map((one) => one.name)).toEqual(['b', 'a']);
});
