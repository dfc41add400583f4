/** What a job can be made of: every input, action and output with its settings' meaning. */

import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { components } from '../api/queries';
import type { Component } from '../api/types';
import { Bones, Empty, PageHead } from '../parts/page';
import { ProblemNote } from '../parts/problem';

const KINDS: [string, string][] = [
  ['input', 'Inputs'],
  ['action', 'Actions'],
  ['output', 'Outputs'],
];

export function ReferencePage() {
  const search = useSearch({ from: '/shell/reference' });
  const navigate = useNavigate();
  const list = useQuery(components);
  const words = search.search?.toLowerCase() ?? '';
  const shown = (list.data ?? []).filter((one) =>
    `${one.name} ${one.summary}`.toLowerCase().includes(words),
  );
  return (
    <div className="page">
      <PageHead
        title="Reference"
        commands={{ cli: ['lyftdata docs'], http: ['GET /api/components'] }}
      />
      <div className="stack" style={{ maxWidth: 860 }}>
        <p className="muted" style={{ margin: 0 }}>
          A job has one input, a list of actions, and one output. These are all that there are; Ctrl
          Space in the editor offers them where they fit.
        </p>
        <TextInput
          data-search
          aria-label="Search the reference"
          placeholder="Search the reference"
          value={search.search ?? ''}
          onChange={(event) =>
            void navigate({
              to: '/reference',
              search: { search: event.currentTarget.value || undefined },
              replace: true,
            })
          }
        />
        {list.isPending ? <Bones /> : null}
        <ProblemNote error={list.error} retry={() => void list.refetch()} />
        {list.data && shown.length === 0 ? (
          <Empty title="Nothing is named so">Search for a part of a name or of what it does.</Empty>
        ) : null}
        {KINDS.map(([kind, title]) => {
          const rows = shown.filter((one) => one.kind === kind);
          return rows.length > 0 ? (
            <section key={kind} className="stack">
              <h2 className="section">{title}</h2>
              {rows.map((one) => (
                <Entry key={one.name} one={one} open={shown.length === 1} />
              ))}
            </section>
          ) : null;
        })}
      </div>
    </div>
  );
}

function Entry({ one, open }: { one: Component; open: boolean }) {
  return (
    <details className="boxed entry" open={open}>
      <summary>
        <b className="mono">{one.name}</b> <span className="muted">{one.summary}</span>
      </summary>
      {one.examples.map((example) => (
        <div key={example.title}>
          <h3>{example.title}</h3>
          <pre className="mono">{`${one.name}:\n${example.config.trimEnd().replace(/^/gm, '  ')}`}</pre>
        </div>
      ))}
      <h3>All settings</h3>
      <pre className="mono">
        {one.markdown.slice(Math.max(0, one.markdown.indexOf('## Settings')))}
      </pre>
    </details>
  );
}
