import { call } from '../../api/client';
import type { Diagnostic } from '../../api/types';

/** What is wrong with a text, and what name it gives its job. */
export function lintText(
  text: string,
): Promise<{ diagnostics: Diagnostic[]; name: string | null }> {
  return call('POST', '/api/jobs/lint', { body: { text } });
}
