import { Text } from '@codemirror/state';
import { expect, test } from 'vitest';
import type { Diagnostic } from '../api/types';
import { fixRange, offsetOf, rangeOf } from './positions';

function problem(part: Partial<Diagnostic>): Diagnostic {
  return {
    file: 'job.yaml',
    line: 1,
    column: 1,
    end_line: 0,
    end_column: 0,
    code: 'unknown-key',
    message: '',
    path: [],
    value: '',
    suggestion: '',
    severity: 'error',
    ...part,
  };
}

test('columns count characters, also those that need two code units', () => {
  const doc = Text.of(['a: "😀b"', 'c: 1']);
  expect(doc.sliceString(offsetOf(doc, 1, 6), offsetOf(doc, 1, 7))).toBe('b');
});

test('places beyond the text stay inside it', () => {
  const doc = Text.of(['ab', 'c']);
  expect(offsetOf(doc, 9, 9)).toBe(4);
});

test('a problem without an end underlines its word, and one at an end is never empty', () => {
  const doc = Text.of(['inptu: {}', '']);
  expect(rangeOf(doc, problem({ line: 1, column: 1 }))).toEqual({ from: 0, to: 5 });
  const last = rangeOf(doc, problem({ line: 2, column: 1 }));
  expect(last.to).toBeGreaterThan(last.from);
});

test('a quick fix replaces the key or value alone', () => {
  const doc = Text.of(['  outptu-fields: {a: 1}', '  how: "sume"']);
  const key = fixRange(doc, problem({ column: 3, end_line: 1, end_column: 24 }));
  expect(doc.sliceString(key.from, key.to)).toBe('outptu-fields');
  const value = fixRange(doc, problem({ line: 2, column: 8, end_line: 2, end_column: 14 }));
  expect(doc.sliceString(value.from, value.to)).toBe('"sume"');
});
