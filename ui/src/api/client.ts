/** One way to call the API: JSON in, JSON out, every failure a `Problem` with a code and a fix. */

import type { Diagnostic, Page } from './types';

export interface ProblemBody {
  title: string;
  status: number;
  code: string;
  detail: string;
  fix?: string;
  diagnostics?: Diagnostic[];
}

/** A refused or failed call, in the words of the server where it answered at all. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly fix: string;
  readonly diagnostics: Diagnostic[];

  constructor(body: ProblemBody) {
    super(body.detail || body.title);
    this.status = body.status;
    this.code = body.code;
    this.title = body.title;
    this.detail = body.detail;
    this.fix = body.fix ?? fixFor(body.code);
    this.diagnostics = body.diagnostics ?? [];
  }
}

const FIXES: Record<string, string> = {
  'server-unreachable':
    'Look whether the server runs: lyftdata server health. The page tries again by itself.',
  'not-signed-in': 'Sign in again; nothing that you typed is lost on this page.',
  denied: 'Ask an administrator for a role that may do this.',
  stale: 'Load the newer draft, or save over it on purpose.',
  invalid: 'Mend the places listed below, then try again.',
};

function fixFor(code: string): string {
  return FIXES[code] ?? '';
}

export interface CallOptions {
  body?: unknown;
  etag?: string;
  signal?: AbortSignal;
}

/** Call the API. Resolves to the parsed answer, or `undefined` for 204. Throws `Problem`. */
export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  if (options.etag) headers['If-Match'] = options.etag;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: 'same-origin',
      signal: options.signal ?? null,
      body: options.body === undefined ? null : JSON.stringify(options.body),
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new Problem({
      title: 'The server did not answer',
      status: 0,
      code: 'server-unreachable',
      detail: `${method} ${path} got no answer.`,
    });
  }
  if (!response.ok) throw await problemOf(response, method, path);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

async function problemOf(response: Response, method: string, path: string): Promise<Problem> {
  const type = response.headers.get('content-type') ?? '';
  if (type.includes('json')) {
    const body = (await response.json()) as Partial<ProblemBody>;
    return new Problem({
      title: body.title ?? 'The server refused',
      status: response.status,
      code: body.code ?? `http-${response.status}`,
      detail: body.detail ?? '',
      fix: body.fix,
      diagnostics: body.diagnostics,
    });
  }
  return new Problem({
    title: response.statusText || 'The server refused',
    status: response.status,
    code: `http-${response.status}`,
    detail: `${method} ${path} answered ${response.status} without saying why.`,
  });
}

/** Follow the cursors of a list until its end or until `most` items are here. */
export async function listAll<T>(path: string, most = 2000, signal?: AbortSignal): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const glue: string = path.includes('?') ? '&' : '?';
    const more: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const page: Page<T> = await call<Page<T>>('GET', `${path}${glue}limit=200${more}`, { signal });
    items.push(...page.items);
    cursor = page.next_cursor ?? null;
  } while (cursor && items.length < most);
  return items;
}

/** A path segment made safe. */
export function seg(text: string): string {
  return encodeURIComponent(text);
}
