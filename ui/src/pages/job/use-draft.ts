/** The document under edit: what the reader typed over what the server keeps. */

import { useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { useCallback, useRef, useState } from 'react';
import { call, Problem, seg } from '../../api/client';
import type { Job } from '../../api/types';

export interface Draft {
  text: string;
  dirty: boolean;
  saving: boolean;
  error: unknown;
  /** Somebody saved in between. */
  stale: boolean;
  edit: (text: string) => void;
  save: () => Promise<boolean>;
  loadTheirs: () => Promise<void>;
  keepMine: () => Promise<void>;
}

export function useDraft(job: Job): Draft {
  const client = useQueryClient();
  const [typed, setTyped] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  // The revision that the typing began on: what comes from elsewhere meanwhile is a conflict.
  const base = useRef(job.etag);
  const dirty = typed !== null && typed !== job.text;
  const text = typed ?? job.text;

  const edit = useCallback(
    (next: string) => {
      setTyped((old) => {
        if (old === null) base.current = job.etag;
        return next;
      });
    },
    [job.etag],
  );

  const put = useCallback(
    async (etag: string): Promise<boolean> => {
      setSaving(true);
      try {
        const path = `/api/jobs/${seg(job.name)}`;
        const saved = await call<Job>('PUT', path, { body: { text }, etag });
        client.setQueryData(['job', job.name], saved);
        base.current = saved.etag;
        setTyped((now) => (now === text ? null : now));
        setError(null);
        return true;
      } catch (cause) {
        setError(cause);
        return false;
      } finally {
        setSaving(false);
      }
    },
    [client, job.name, text],
  );

  const fresh = () => call<Job>('GET', `/api/jobs/${seg(job.name)}`);
  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      current.pathname !== next.pathname && !window.confirm('Leave without saving the draft?'),
    enableBeforeUnload: true,
    disabled: !dirty,
  });
  return {
    text,
    dirty,
    saving,
    error,
    stale: error instanceof Problem && error.status === 412,
    edit,
    save: () => (dirty ? put(base.current) : Promise.resolve(true)),
    loadTheirs: async () => {
      const theirs = await fresh();
      client.setQueryData(['job', job.name], theirs);
      setTyped(null);
      setError(null);
    },
    keepMine: async () => {
      await put((await fresh()).etag);
    },
  };
}
