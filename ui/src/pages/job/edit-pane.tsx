/** The document and its problems side by side. */

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { jobSchema } from '../../api/queries';
import type { Diagnostic } from '../../api/types';
import { Editor, type EditorHandle } from '../../editor/editor';
import { ProblemNote } from '../../parts/problem';
import { lintText } from './lint';

export function EditPane({
  text,
  onChange,
  onSave,
}: {
  text: string;
  onChange: (text: string) => void;
  onSave: () => void;
}) {
  const schema = useQuery(jobSchema);
  const handle = useRef<EditorHandle | null>(null);
  const [problems, setProblems] = useState<Diagnostic[] | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const lint = useCallback(async (current: string): Promise<Diagnostic[]> => {
    try {
      const answer = await lintText(current);
      setProblems(answer.diagnostics);
      setFailure(null);
      return answer.diagnostics;
    } catch (cause) {
      setFailure(cause);
      return [];
    }
  }, []);
  const keepHandle = useCallback((next: EditorHandle | null) => {
    handle.current = next;
  }, []);
  return (
    <div className="editor-split">
      <Editor
        value={text}
        onChange={onChange}
        onSave={onSave}
        lint={lint}
        schema={schema.data}
        label="Job document, YAML"
        onHandle={keepHandle}
      />
      <aside className="boxed" aria-label="Problems of the document">
        <h2 className="panel-title" aria-live="polite">
          {titleOf(problems)}
        </h2>
        <ProblemNote error={failure} />
        <ul className="problem-list">
          {problems?.map((problem) => (
            <li key={`${problem.line}:${problem.column}:${problem.code}:${problem.message}`}>
              <button type="button" className="place" onClick={() => handle.current?.goTo(problem)}>
                <span className="muted">
                  {problem.line}:{problem.column} {problem.severity} <code>{problem.code}</code>
                </span>
                <br />
                {problem.message}
              </button>
              {problem.suggestion ? (
                <div className="fix">
                  <Button
                    variant="default"
                    size="compact-xs"
                    onClick={() => handle.current?.fix(problem)}
                  >
                    Change to {problem.suggestion}
                  </Button>
                </div>
              ) : null}
            </li>
          ))}
        </ul>
        <p className="muted keys" style={{ fontSize: 12, padding: '8px 12px', margin: 0 }}>
          <kbd>Ctrl Space</kbd> completes, <kbd>Ctrl S</kbd> saves, <kbd>F8</kbd> next problem,{' '}
          <kbd>Ctrl F</kbd> finds. <kbd>Esc</kbd> then <kbd>Tab</kbd> leaves the editor.
        </p>
      </aside>
    </div>
  );
}

function titleOf(problems: Diagnostic[] | null): string {
  if (problems === null) return 'Checking…';
  if (problems.length === 0) return 'No problems';
  return problems.length === 1 ? '1 problem' : `${problems.length} problems`;
}
