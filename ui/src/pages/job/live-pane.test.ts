import { expect, test } from 'vitest';
import { rangeOf } from '../../parts/chart';
import { balanceOf, extended } from './live-pane';

const rates = { received_per_s: 5, delivered_per_s: 0, dead_lettered_per_s: 0 };
const news = [
  { at: '1970-01-01T00:00:10.000Z', totals: { filtered: 10 }, rates },
  { at: '1970-01-01T00:00:12.000Z', totals: { filtered: 16 }, rates },
  { at: '1970-01-01T00:00:14.000Z', totals: { filtered: 2 }, rates },
];

test('live points go on where the stored ones end; totals that began anew say nothing', () => {
  expect(extended([[11, 1]], news, 'filtered')).toEqual([
    [11, 1],
    [12, 3],
  ]);
});

test('a live point is the mean of some seconds, not of one burst', () => {
  const steps = [0, 0, 0, 0, 0, 50, 50].map((received, second) => ({
    at: new Date((100 + second) * 1000).toISOString(),
    totals: { received },
    rates,
  }));
  expect(extended([], steps, 'received').at(-1)).toEqual([106, 10]);
});

test('a young series is shown larger than the time asked for, a minute at least', () => {
  expect(rangeOf([[995, 1]], [100, 1000])).toEqual([940, 1000]);
  expect(rangeOf([[500, 1]], [100, 1000])).toEqual([500, 1000]);
  expect(rangeOf([[50, 1]], [100, 1000])).toEqual([100, 1000]);
});

test('the ledger balances when every event is somewhere', () => {
  expect(balanceOf({ received: 5, created: 1, delivered: 3, filtered: 2, in_flight: 1 })).toBe(0);
  expect(balanceOf({ received: 5, delivered: 3 })).toBe(2);
});
