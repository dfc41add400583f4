/** Live log lines of some jobs, newest first, bounded. */

import { type ReactNode, useCallback, useState } from 'react';
import type { LogRecord } from '../api/types';
import type { Frame } from '../live/connection';
import { useLiveTopic } from '../live/live';

const MOST = 5000;

/** `topics` must be put on the page: it holds one subscription per topic name. */
export function useFreshLogs(
  topicNames: string[],
  worker?: string,
): { fresh: LogRecord[]; topics: ReactNode } {
  const [fresh, setFresh] = useState<LogRecord[]>([]);
  const take = useCallback(
    (frame: Frame) => {
      if (frame.kind !== 'log') return;
      const record = frame.data as LogRecord;
      if (worker && record.worker !== worker) return;
      setFresh((old) => [record, ...old].slice(0, MOST));
    },
    [worker],
  );
  const topics = topicNames.map((name) => <Listen key={name} topic={name} take={take} />);
  return { fresh, topics };
}

function Listen({ topic, take }: { topic: string; take: (frame: Frame) => void }) {
  useLiveTopic(topic, take);
  return null;
}
