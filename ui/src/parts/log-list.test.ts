import { expect, test } from 'vitest';
import type { LogRecord } from '../api/types';
import { joined, passes } from './log-list';

function record(id: number, level = 'info', message = 'Job started'): LogRecord {
  return {
    id: String(id),
    level,
    message,
    at: '',
    worker: '',
    job: '',
    run: '',
    code: '',
    count: 1,
    fields: {},
  };
}

test('a live line that was stored meanwhile is shown once', () => {
  expect(joined([record(3), record(2)], [record(2), record(1)]).map((one) => one.id)).toEqual([
    '3',
    '2',
    '1',
  ]);
});

test('live lines obey the filters', () => {
  expect(passes(record(1, 'info'), { level: 'warning' })).toBe(false);
  expect(passes(record(1, 'error'), { level: 'warning' })).toBe(true);
  expect(passes(record(1), { search: 'STARTED' })).toBe(true);
  expect(passes(record(1), { search: 'ended' })).toBe(false);
});
