/** Ctrl-K: go to a page, a job, one of its tabs, or a worker, by typing a part of the name. */

import { Modal, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { jobs, workers } from '../api/queries';
import type { JobSummary, Worker } from '../api/types';
import { lookOf } from '../parts/states';

export interface Choice {
  id: string;
  word: string;
  note: string;
  href: string;
}

const PAGES: Choice[] = [
  { id: 'p-jobs', word: 'Jobs', note: 'Page', href: '/jobs' },
  { id: 'p-new', word: 'New job', note: 'Action', href: '/jobs/new' },
  { id: 'p-reference', word: 'Reference', note: 'Page', href: '/reference' },
  { id: 'p-workers', word: 'Workers', note: 'Page', href: '/workers' },
  { id: 'p-logs', word: 'Logs', note: 'Page', href: '/logs' },
  { id: 'p-contexts', word: 'Contexts', note: 'Settings', href: '/settings/contexts' },
];

const TABS: [string, string][] = [
  ['edit', 'edit'],
  ['trace', 'trace'],
  ['live', 'live'],
  ['logs', 'logs'],
  ['versions', 'versions'],
  ['dead-letters', 'dead letters'],
];

/** Everything that can be reached, best first, for a query of words. */
export function choicesFor(query: string, jobList: JobSummary[], workerList: Worker[]): Choice[] {
  const all = [...PAGES];
  for (const job of jobList) {
    const base = `/jobs/${encodeURIComponent(job.name)}`;
    all.push({
      id: `j-${job.name}`,
      word: job.name,
      note: `Job, ${lookOf(job.state).word}`,
      href: base,
    });
    for (const [tab, word] of query ? TABS : []) {
      all.push({
        id: `j-${job.name}-${tab}`,
        word: `${job.name}: ${word}`,
        note: 'Job',
        href: `${base}?tab=${tab}`,
      });
    }
  }
  for (const one of workerList) {
    all.push({
      id: `w-${one.id}`,
      word: one.name,
      note: `Worker, ${one.state}`,
      href: `/workers/${encodeURIComponent(one.id)}`,
    });
  }
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (one: Choice) => {
    const text = `${one.word} ${one.note}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return all.filter(fits).slice(0, 12);
}

export function Palette({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Find" size="md" yOffset="12vh">
      {opened ? <Finder onClose={onClose} /> : null}
    </Modal>
  );
}

function Finder({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const jobList = useQuery(jobs).data ?? [];
  const workerList = useQuery(workers).data ?? [];
  const navigate = useNavigate();
  const choices = choicesFor(query, jobList, workerList);
  const chosen = choices[Math.min(at, choices.length - 1)];
  const go = (choice: Choice | undefined) => {
    if (!choice) return;
    onClose();
    void navigate({ href: choice.href });
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown') setAt(Math.min(at + 1, choices.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0));
    else if (event.key === 'Enter') go(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <TextInput
        size="sm"
        data-autofocus
        aria-label="Find a job, worker or page"
        placeholder="Job, worker or page"
        role="combobox"
        aria-expanded="true"
        aria-controls="finder-choices"
        aria-activedescendant={chosen ? `choice-${chosen.id}` : undefined}
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id="finder-choices" role="listbox" aria-label="Found" style={{ marginTop: 8 }}>
        {choices.map((choice) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above holds the focus and hears the keys
          <div
            key={choice.id}
            id={`choice-${choice.id}`}
            role="option"
            tabIndex={-1}
            aria-selected={choice === chosen}
            className="option"
            onClick={() => go(choice)}
          >
            <span>{choice.word}</span>
            <span className="muted">{choice.note}</span>
          </div>
        ))}
      </div>
      {choices.length === 0 ? <p className="muted">Nothing is named like that.</p> : null}
      <p className="muted keys" style={{ fontSize: 12, margin: '12px 0 0' }}>
        <kbd>↑</kbd> <kbd>↓</kbd> choose, <kbd>Enter</kbd> go, <kbd>Esc</kbd> close
      </p>
    </>
  );
}
