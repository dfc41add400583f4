/** What the pages ask for, under the keys that live frames patch. */

import { QueryClient, queryOptions } from '@tanstack/react-query';
import { call, listAll, Problem, seg } from './client';
import type {
  Component,
  Contexts,
  DeadLetter,
  Job,
  JobSummary,
  Metrics,
  Page,
  Run,
  Sample,
  User,
  Version,
  Worker,
} from './types';

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (count, error) =>
          count < 2 && (!(error instanceof Problem) || error.status === 0 || error.status >= 500),
        refetchOnWindowFocus: true,
      },
    },
  });
}

export const me = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }): Promise<User | null> => {
    try {
      return (await call<{ user: User }>('GET', '/api/auth/me', { signal })).user;
    } catch (cause) {
      if (cause instanceof Problem && cause.status === 401) return null;
      throw cause;
    }
  },
  staleTime: 300_000,
});

export const jobs = queryOptions({
  queryKey: ['jobs'],
  // States come live; the rates of the list need not.
  refetchInterval: 10_000,
  queryFn: ({ signal }) => listAll<JobSummary>('/api/jobs', 5000, signal),
});

export const job = (name: string) =>
  queryOptions({
    queryKey: ['job', name],
    queryFn: ({ signal }) => call<Job>('GET', `/api/jobs/${seg(name)}`, { signal }),
  });

export const versions = (name: string) =>
  queryOptions({
    queryKey: ['job', name, 'versions'],
    queryFn: ({ signal }) => listAll<Version>(`/api/jobs/${seg(name)}/versions`, 1000, signal),
  });

export const versionText = (name: string, version: number | 'draft') =>
  queryOptions({
    queryKey: ['job', name, 'version-text', version],
    queryFn: async ({ signal }): Promise<string> => {
      if (version === 'draft')
        return (await call<Job>('GET', `/api/jobs/${seg(name)}`, { signal })).text;
      const path = `/api/jobs/${seg(name)}/versions/${version}`;
      return (await call<Version>('GET', path, { signal })).text ?? '';
    },
    staleTime: version === 'draft' ? 0 : Number.POSITIVE_INFINITY,
  });

export const runs = (name: string) =>
  queryOptions({
    queryKey: ['job', name, 'runs'],
    queryFn: ({ signal }) => listAll<Run>(`/api/jobs/${seg(name)}/runs`, 500, signal),
  });

export const metrics = (name: string, minutes: number) =>
  queryOptions({
    queryKey: ['job', name, 'metrics', minutes],
    queryFn: ({ signal }) =>
      call<Metrics>('GET', `/api/jobs/${seg(name)}/metrics?minutes=${minutes}`, { signal }),
    refetchInterval: 60_000,
  });

export const samples = (name: string) =>
  queryOptions({
    queryKey: ['job', name, 'samples'],
    queryFn: async ({ signal }) =>
      (await call<{ items: Sample[] }>('GET', `/api/jobs/${seg(name)}/samples`, { signal })).items,
    staleTime: 0,
  });

export const deadLetters = (name: string) =>
  queryOptions({
    refetchInterval: 10_000,
    queryKey: ['job', name, 'dead-letters'],
    queryFn: ({ signal }) =>
      call<Page<DeadLetter>>('GET', `/api/jobs/${seg(name)}/dead-letters?limit=200`, { signal }),
    staleTime: 5_000,
  });

export const workers = queryOptions({
  queryKey: ['workers'],
  queryFn: ({ signal }) => listAll<Worker>('/api/workers', 1000, signal),
});

export const worker = (id: string) =>
  queryOptions({
    queryKey: ['worker', id],
    queryFn: ({ signal }) => call<Worker>('GET', `/api/workers/${seg(id)}`, { signal }),
  });

export const workerMetrics = (id: string) =>
  queryOptions({
    queryKey: ['worker', id, 'metrics'],
    queryFn: ({ signal }) => call<Metrics>('GET', `/api/workers/${seg(id)}/metrics`, { signal }),
    refetchInterval: 30_000,
  });

export const contexts = queryOptions({
  queryKey: ['contexts'],
  queryFn: ({ signal }) => call<Contexts>('GET', '/api/contexts', { signal }),
});

export const jobSchema = queryOptions({
  queryKey: ['job-schema'],
  queryFn: ({ signal }) => call<Record<string, unknown>>('GET', '/api/schema/job', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export const components = queryOptions({
  queryKey: ['components'],
  queryFn: async ({ signal }) => {
    const answer = await call<Component[] | Page<Component>>('GET', '/api/components', { signal });
    return Array.isArray(answer) ? answer : answer.items;
  },
  staleTime: Number.POSITIVE_INFINITY,
});
