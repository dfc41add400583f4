import { expect, test } from 'vitest';
import type { Trace, TraceCell } from '../../api/types';
import { fateOf, previousEvents, statsOf } from './trace-model';

function cell(column: number, status: TraceCell['status'], events: string[]): TraceCell {
  return { column, status, events, reason: '', warnings: [], nanoseconds: 10 };
}

const trace: Trace = {
  columns: [
    { index: -1, name: 'input' },
    { index: 0, name: 'filter' },
    { index: 1, name: 'expand-events' },
    { index: 2, name: 'output' },
  ],
  rows: [
    { event: 0, cells: [cell(-1, 'kept', ['{"a":1}']), cell(0, 'dropped', [])] },
    {
      event: 1,
      cells: [
        cell(-1, 'kept', ['{"a":2}']),
        cell(0, 'skipped', []),
        cell(1, 'split', ['{"a":1}', '{"a":2}']),
        cell(2, 'kept', ['{"a":1}', '{"a":2}']),
      ],
    },
  ],
  ledger: {},
  logs: [],
  truncated: false,
  duration_ms: 1,
};

test('columns count what came, left and was dropped', () => {
  const stats = statsOf(trace).map((one) => [one.entered, one.left, one.dropped]);
  expect(stats[0]).toEqual([2, 2, 0]);
  expect(stats[1]?.[2]).toBe(1);
  expect(stats[2]).toEqual([1, 2, 0]);
  expect(stats[3]).toEqual([2, 2, 0]);
});

test('a skipped action hands on the events before it', () => {
  expect(previousEvents(trace, trace.rows[1]?.cells ?? [], 2)).toEqual(['{"a":2}']);
});

test('the fate of an event in one word', () => {
  expect(trace.rows.map((row) => fateOf(trace, row.cells))).toEqual(['dropped', '2 events']);
});
