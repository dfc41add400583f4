import { expect, test } from 'vitest';
import { syncOf } from './states';

const one = { version: 2, state: 'running', hash_wanted: 'h', hash_reported: 'h' };

test('sync compares what runs with what was asked for and with the newest version', () => {
  expect(syncOf([], 2)).toBe('not-deployed');
  expect(syncOf([{ ...one, state: 'stopped' }], 2)).toBe('not-deployed');
  expect(syncOf([{ ...one, hash_reported: 'old' }], 2)).toBe('out-of-sync');
  expect(syncOf([one], 3)).toBe('newer-staged');
  expect(syncOf([one], 2)).toBe('in-sync');
});
