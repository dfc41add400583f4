/** Values for `{{name}}` in jobs: for all, for one worker, for one job. */

import { Button, NativeSelect } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { parse, stringify } from 'yaml';
import { call, seg } from '../api/client';
import { contexts, jobs, workers } from '../api/queries';
import type { Contexts } from '../api/types';
import { Editor } from '../editor/editor';
import { Bones, PageHead } from '../parts/page';
import { ProblemNote } from '../parts/problem';

/** `global`, `worker:ID` or `job:NAME`. */
type Scope = string;

function pathOf(scope: Scope): string {
  if (scope === 'global') return '/api/contexts/update-global';
  const [kind, name = ''] = [
    scope.slice(0, scope.indexOf(':')),
    scope.slice(scope.indexOf(':') + 1),
  ];
  return `/api/contexts/update-${kind}-map/${seg(name)}`;
}

export function valuesOf(all: Contexts, scope: Scope): Record<string, unknown> {
  if (scope === 'global') return all.global;
  const name = scope.slice(scope.indexOf(':') + 1);
  const map = scope.startsWith('worker:') ? all.workers : all.jobs;
  return map[name] ?? {};
}

/** A mapping out of YAML or JSON text. Throws with a sentence on what is wrong. */
export function readValues(text: string): Record<string, unknown> {
  const value: unknown = text.trim() === '' ? {} : parse(text);
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new Error('A context is a mapping of names to values, such as `region: eu-1`.');
  return value as Record<string, unknown>;
}

export function ContextsPage() {
  const scope = useSearch({ from: '/shell/settings/contexts' }).scope ?? 'global';
  const navigate = useNavigate();
  const all = useQuery(contexts);
  const jobNames = (useQuery(jobs).data ?? []).map((job) => job.name);
  const workerIds = (useQuery(workers).data ?? []).map((one) => one.id);
  return (
    <div className="page">
      <PageHead
        title="Contexts"
        commands={{
          cli: ['lyftdata contexts show'],
          http: ['GET /api/contexts', `PUT ${pathOf(scope)} {"values": {}}`],
        }}
      />
      <div className="stack">
        <p className="muted" style={{ margin: 0, maxWidth: '80ch' }}>
          Values for <code>{'{{name}}'}</code> in jobs. A job's own value wins over a worker's, and
          that over the global one. Saving renders and deploys anew the jobs that use a changed
          value.
        </p>
        <NativeSelect
          label="For"
          style={{ maxWidth: 320 }}
          value={scope}
          onChange={(event) =>
            void navigate({
              to: '/settings/contexts',
              search: { scope: event.currentTarget.value },
            })
          }
          data={[
            { value: 'global', label: 'All jobs (global)' },
            {
              group: 'One worker',
              items: workerIds.map((id) => ({ value: `worker:${id}`, label: id })),
            },
            {
              group: 'One job',
              items: jobNames.map((name) => ({ value: `job:${name}`, label: name })),
            },
          ]}
        />
        {all.isPending ? <Bones rows={5} /> : null}
        <ProblemNote error={all.error} retry={() => void all.refetch()} />
        {all.data ? <Values key={scope} scope={scope} values={valuesOf(all.data, scope)} /> : null}
      </div>
    </div>
  );
}

function written(values: Record<string, unknown>): string {
  return Object.keys(values).length === 0 ? '' : stringify(values);
}

function Values({ scope, values }: { scope: Scope; values: Record<string, unknown> }) {
  const kept = written(values);
  const [text, setText] = useState(kept);
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: () => call('PUT', pathOf(scope), { body: { values: readValues(text) } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['contexts'] });
      setText(written(readValues(text)));
    },
  });
  const dirty = text !== kept;
  return (
    <>
      <Editor
        small
        value={text}
        onChange={setText}
        onSave={() => save.mutate()}
        label="Values, YAML or JSON"
      />
      <ProblemNote error={save.error} />
      <div className="row">
        <Button onClick={() => save.mutate()} disabled={!dirty || save.isPending}>
          {save.isPending ? 'Saving…' : 'Save values'}
        </Button>
        {dirty ? <span className="muted">Not saved yet</span> : null}
      </div>
    </>
  );
}
