/** Failures where they arose: what, the code, the cause, the fix, and a way to try again. */

import { Button } from '@mantine/core';
import { Problem } from '../api/client';

export function ProblemNote({
  error,
  retry,
  children,
}: {
  error: unknown;
  retry?: () => void;
  children?: React.ReactNode;
}) {
  if (!error) return null;
  const problem = error instanceof Problem ? error : null;
  return (
    <div className="problem" role="alert">
      <h2>{problem?.title ?? 'This page failed'}</h2>
      <p>{problem?.detail || String((error as Error).message ?? error)}</p>
      {problem?.fix ? <p>{problem.fix}</p> : null}
      {problem?.diagnostics.length ? (
        <ul>
          {problem.diagnostics.map((one) => (
            <li key={`${one.line}:${one.column}:${one.code}`}>
              Line {one.line}, column {one.column}: {one.message}
            </li>
          ))}
        </ul>
      ) : null}
      <div className="row" style={{ marginTop: 4 }}>
        {problem ? (
          <span className="muted">
            Code <code>{problem.code}</code>
          </span>
        ) : null}
        {retry ? (
          <Button variant="default" size="compact-xs" onClick={retry}>
            Try again
          </Button>
        ) : null}
        {children}
      </div>
    </div>
  );
}
