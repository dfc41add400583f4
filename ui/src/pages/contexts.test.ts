import { expect, test } from 'vitest';
import { readValues, valuesOf } from './contexts';

test('YAML and JSON both make values; anything but a mapping is refused in words', () => {
  expect(readValues('region: eu-1\nlimits: {a: 1}')).toEqual({ region: 'eu-1', limits: { a: 1 } });
  expect(readValues('{"a": [1]}')).toEqual({ a: [1] });
  expect(readValues('  ')).toEqual({});
  expect(() => readValues('- 1')).toThrow('mapping of names');
});

test('the values of a scope, also where the name holds a colon', () => {
  const all = { global: { g: 1 }, workers: { 'a:b': { w: 1 } }, jobs: {} };
  expect(valuesOf(all, 'global')).toEqual({ g: 1 });
  expect(valuesOf(all, 'worker:a:b')).toEqual({ w: 1 });
  expect(valuesOf(all, 'job:x')).toEqual({});
});
