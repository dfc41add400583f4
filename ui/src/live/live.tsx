/** React's side of the live connection: one per tab, status and topics as hooks, cache patches. */

import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
} from 'react';
import type { Job, JobSummary, Worker } from '../api/types';
import {
  browserPorts,
  type Frame,
  LiveConnection,
  type LiveStatus,
  liveAddress,
} from './connection';

const Connection = createContext<LiveConnection | null>(null);

/** Opens the connection for what is inside, and keeps lists, jobs and workers in the cache fresh. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const connection = useMemo(
    () => new LiveConnection(liveAddress(window.location), browserPorts),
    [],
  );
  useEffect(() => {
    const ends = [
      connection.subscribe('jobs', (frame) => patchJobs(client, frame)),
      connection.subscribe('workers', (frame) => patchWorkers(client, frame)),
      connection.onGap(() => void client.invalidateQueries()),
    ];
    const hurry = () => connection.hurry();
    window.addEventListener('online', hurry);
    document.addEventListener('visibilitychange', hurry);
    connection.start();
    return () => {
      for (const end of ends) end();
      window.removeEventListener('online', hurry);
      document.removeEventListener('visibilitychange', hurry);
      connection.stop();
    };
  }, [client, connection]);
  return <Connection.Provider value={connection}>{children}</Connection.Provider>;
}

function useConnection(): LiveConnection {
  const connection = useContext(Connection);
  if (!connection) throw new Error('LiveProvider is missing above this part of the page');
  return connection;
}

export function useLiveStatus(): LiveStatus {
  const connection = useConnection();
  return useSyncExternalStore(
    (listener) => connection.onStatus(listener),
    () => connection.status,
  );
}

/** Hear a topic while the part is on the page. The newest `handler` is the one called. */
export function useLiveTopic(topic: string, handler: (frame: Frame) => void): void {
  const connection = useConnection();
  const newest = useRef(handler);
  useEffect(() => {
    newest.current = handler;
  });
  useEffect(
    () => connection.subscribe(topic, (frame) => newest.current(frame)),
    [connection, topic],
  );
}

/** Put a job's news into the list and into its page. */
export function patchJobs(client: QueryClient, frame: Frame): void {
  if (frame.kind !== 'job') {
    void client.invalidateQueries({ queryKey: ['jobs'] });
    return;
  }
  const news = frame.data as JobSummary;
  client.setQueryData<JobSummary[]>(['jobs'], (list) => merged(list, news, (row) => row.name));
  client.setQueryData<Job>(['job', news.name], (old) => (old ? withNews(old, news) : old));
}

/** A summary carries no text, etag or diagnostics: those stay as they were read. */
export function withNews(old: Job, news: JobSummary): Job {
  const { text, etag, diagnostics, created_at } = old;
  return { ...old, ...news, text, etag, diagnostics, created_at };
}

export function patchWorkers(client: QueryClient, frame: Frame): void {
  if (frame.kind !== 'worker') {
    void client.invalidateQueries({ queryKey: ['workers'] });
    return;
  }
  const news = frame.data as Worker;
  client.setQueryData<Worker[]>(['workers'], (list) => merged(list, news, (row) => row.id));
  client.setQueryData<Worker>(['worker', news.id], (old) => (old ? { ...old, ...news } : old));
}

/** Rows keep their places; a new one goes to the end. */
export function merged<T>(list: T[] | undefined, row: T, key: (row: T) => string): T[] | undefined {
  if (!list) return list;
  const at = list.findIndex((one) => key(one) === key(row));
  if (at < 0) return [...list, row];
  return list.map((one, index) => (index === at ? { ...one, ...row } : one));
}
