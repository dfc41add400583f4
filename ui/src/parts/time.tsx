/** Times: relative, with the exact one on hover. One timer moves all of them. */

import { useSyncExternalStore } from 'react';
import { exact, relative } from './format';

let now = Date.now();
let timer = 0;
const listeners = new Set<() => void>();

function listen(listener: () => void): () => void {
  listeners.add(listener);
  if (listeners.size === 1) {
    timer = window.setInterval(() => {
      now = Date.now();
      for (const one of listeners) one();
    }, 1000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.clearInterval(timer);
  };
}

/** Epoch milliseconds, moving once a second. */
export function useNow(): number {
  return useSyncExternalStore(listen, () => now);
}

export function Ago({ at }: { at: string | null | undefined }) {
  const moment = useNow();
  if (!at) return <span className="muted">never</span>;
  return (
    <time dateTime={at} title={exact(at)}>
      {relative(at, Math.max(moment, Date.now() - 1000))}
    </time>
  );
}
