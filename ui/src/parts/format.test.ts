import { expect, test } from 'vitest';
import { bytes, count, duration, nanoseconds, rate, relative } from './format';

test.each([
  [0, '0/s'],
  [0.001, '<0.01/s'],
  [3.256, '3.26/s'],
  [42.42, '42.4/s'],
  [12345.6, '12,346/s'],
])('the rate %d is written %s', (value, text) => {
  expect(rate(value)).toBe(text);
});

test('sizes, counts and short times', () => {
  expect([bytes(0), bytes(1536), bytes(5 * 1024 ** 3)]).toEqual(['0 B', '1.5 KiB', '5.0 GiB']);
  expect(count(9007199254740991)).toBe('9,007,199,254,740,991');
  expect([nanoseconds(900), nanoseconds(1500), nanoseconds(2_500_000)]).toEqual([
    '900 ns',
    '1.5 µs',
    '2.5 ms',
  ]);
  expect([duration(59_000), duration(3_600_000)]).toEqual(['59 s', '1 h']);
});

test('times are relative to both sides of now', () => {
  const now = Date.parse('2026-01-01T00:01:00Z');
  expect(relative('2026-01-01T00:00:15Z', now)).toBe('45 s ago');
  expect(relative('2026-01-01T00:02:00Z', now)).toBe('in 1 min');
});
