/** The shapes of the HTTP API as the pages use them. Times are ISO-8601 texts in UTC. */

export interface Diagnostic {
  file: string;
  /** Lines and columns count from 1, columns in characters (code points). */
  line: number;
  column: number;
  end_line: number;
  end_column: number;
  code: string;
  message: string;
  path: (string | number)[];
  value: string;
  suggestion: string;
  severity: 'error' | 'warning';
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface User {
  name: string;
  role: 'admin' | 'operator' | 'viewer';
  permissions: string[];
}

export interface Assignment {
  id: string;
  job: string;
  worker: string;
  version: number;
  state: string;
  label: string;
  reason: string;
  code: string;
  since_at: string | null;
  deadline_at: string | null;
  next: string;
  hash_wanted: string;
  hash_reported: string;
  attempts: number;
  next_try_at: string | null;
}

export interface Rates {
  received_per_s: number;
  delivered_per_s: number;
  dead_lettered_per_s: number;
}

export type Totals = Record<string, number>;

export interface JobSummary {
  name: string;
  state: string;
  state_reason: string;
  since_at?: string | null;
  health: string;
  has_draft: boolean;
  draft_valid: boolean;
  latest_version: number | null;
  deployed: Assignment[];
  rates: Rates;
  totals: Totals;
  updated_at: string;
}

export interface Job extends JobSummary {
  text: string;
  etag: string;
  diagnostics: Diagnostic[];
  created_at: string;
}

export interface Version {
  job: string;
  version: number;
  hash: string;
  note: string;
  author: string;
  staged_at: string;
  text?: string;
}

export interface Run {
  id: string;
  job: string;
  version: number;
  worker: string;
  state: string;
  started_at: string;
  ended_at: string | null;
  reason: string;
  counters: Totals;
}

export interface LogRecord {
  id: number | string;
  at: string;
  level: string;
  worker: string;
  job: string;
  run: string;
  code: string;
  message: string;
  count: number;
  fields: Record<string, unknown>;
}

export interface DeadLetter {
  id: number | string;
  at: string;
  reason: string;
  code: string;
  action: string | number;
  field: string;
  value: string;
  event: string;
}

export interface Worker {
  id: string;
  name: string;
  state: 'online' | 'offline' | string;
  version: string;
  host: string;
  labels: Record<string, string>;
  last_seen_at: string | null;
  jobs_running: number;
  cpu_percent: number;
  memory_bytes: number;
  capabilities: { inputs: string[]; actions: string[]; outputs: string[]; max_jobs: number };
  assignments: Assignment[];
  builtin: boolean;
}

export interface TraceCell {
  column: number;
  status: 'kept' | 'changed' | 'dropped' | 'split' | 'rejected' | 'skipped' | string;
  /** JSON texts, so that big integers survive. */
  events: string[];
  reason: string;
  warnings: string[];
  nanoseconds: number;
}

export interface TraceColumn {
  /** -1 is the input; the output is the last one. */
  index: number;
  name: string;
}

export interface TraceRow {
  event: number;
  cells: TraceCell[];
}

export interface Trace {
  columns: TraceColumn[];
  rows: TraceRow[];
  ledger: Totals;
  logs: LogRecord[];
  truncated: boolean;
  duration_ms: number;
}

export interface Metrics {
  step_seconds: number;
  series: Record<string, [number, number][]>;
}

export interface Sample {
  at: string;
  event: string;
}

export interface Contexts {
  global: Record<string, unknown>;
  workers: Record<string, Record<string, unknown>>;
  jobs: Record<string, Record<string, unknown>>;
}

export interface Component {
  kind: string;
  name: string;
  category: string;
  summary: string;
  markdown: string;
  examples: { title: string; config: string }[];
}
