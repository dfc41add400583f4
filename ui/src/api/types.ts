/** The shapes of the HTTP API by the names that the pages use; `openapi.ts` is generated. */

import type { components } from './openapi';

type Schemas = components['schemas'];

export type Assignment = Schemas['AssignmentView'];
export type Component = Schemas['ComponentView'];
export type Contexts = Schemas['ContextsView'];
export type DeadLetter = Schemas['DeadLetterView'];
/** Lines and columns count from 1, columns in characters (code points). */
export type Diagnostic = Schemas['DiagnosticView'];
export type Job = Schemas['JobDetail'];
export type JobSummary = Schemas['JobSummary'];
export type LintAnswer = Schemas['LintAnswer'];
export type LogRecord = Schemas['LogView'];
export type Metrics = Schemas['SeriesView'];
export type Rates = Schemas['Rates'];
export type Run = Schemas['RunView'];
export type Sample = Schemas['SampleView'];
export type Trace = Schemas['TraceView'];
export type TraceCell = Schemas['TraceCellView'];
export type TraceColumn = Schemas['TraceColumnView'];
export type TraceRow = Schemas['TraceRowView'];
export type User = Schemas['UserView'];
export type Version = Schemas['VersionView'];
export type Worker = Schemas['WorkerView'];

/** The ledger: how many events came, left and ended, by key. */
export type Totals = Record<string, number>;

export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}
