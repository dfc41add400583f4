import { expect, test } from 'vitest';
import { balanceOf, extended } from './live-pane';

const rates = { received_per_s: 5, delivered_per_s: 0, dead_lettered_per_s: 0 };
const news = [
  { at: '1970-01-01T00:00:10.000Z', totals: { filtered: 10 }, rates },
  { at: '1970-01-01T00:00:12.000Z', totals: { filtered: 16 }, rates },
  { at: '1970-01-01T00:00:14.000Z', totals: { filtered: 2 }, rates },
];

test('live points go on where the stored ones end', () => {
  expect(extended([[11, 1]], news, 'received')).toEqual([
    [11, 1],
    [12, 5],
    [14, 5],
  ]);
});

test('a rate that is not reported is worked out from totals, unless they began anew', () => {
  expect(extended([], news, 'filtered')).toEqual([[12, 3]]);
});

test('the ledger balances when every event is somewhere', () => {
  expect(balanceOf({ received: 5, created: 1, delivered: 3, filtered: 2, in_flight: 1 })).toBe(0);
  expect(balanceOf({ received: 5, delivered: 3 })).toBe(2);
});
