/** Between the server's places (line and column from 1, in characters) and CodeMirror's offsets. */

import type { Text } from '@codemirror/state';
import type { Diagnostic } from '../api/types';

/** Offset of a place; beyond the end of a line or text it stays inside. */
export function offsetOf(doc: Text, line: number, column: number): number {
  const row = doc.line(Math.min(Math.max(line, 1), doc.lines));
  let offset = 0;
  let left = column - 1;
  for (const character of row.text) {
    if (left <= 0) break;
    offset += character.length; // 2 where a character needs a surrogate pair
    left -= 1;
  }
  return row.from + offset;
}

/** What to underline: never nothing, so that every problem can be seen and clicked. */
export function rangeOf(doc: Text, problem: Diagnostic): { from: number; to: number } {
  const from = offsetOf(doc, problem.line, problem.column);
  const known = problem.end_line > 0 && problem.end_column > 0;
  const to = known ? offsetOf(doc, problem.end_line, problem.end_column) : from;
  if (to > from) return { from, to: Math.min(to, lineEnd(doc, from)) };
  const word = /^[^\s:]+/.exec(doc.sliceString(from, lineEnd(doc, from)))?.[0].length ?? 0;
  if (word > 0) return { from, to: from + word };
  return from > 0 ? { from: from - 1, to: from } : { from, to: Math.min(from + 1, doc.length) };
}

function lineEnd(doc: Text, offset: number): number {
  return doc.lineAt(offset).to;
}

/** The text to replace by a suggestion: the key or value at the place of the problem. */
export function fixRange(doc: Text, problem: Diagnostic): { from: number; to: number } {
  const { from, to } = rangeOf(doc, problem);
  const rest = doc.sliceString(from, lineEnd(doc, from));
  if (problem.value && rest.startsWith(problem.value)) {
    return { from, to: from + problem.value.length };
  }
  const quoted = /^(["'])(.*?)\1/.exec(rest);
  if (quoted) return { from, to: from + quoted[0].length };
  const scalar = /^[^\s:#,[\]{}]+/.exec(rest);
  return scalar ? { from, to: from + scalar[0].length } : { from, to };
}
