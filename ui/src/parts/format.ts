/** One way to write numbers, sizes, rates, durations and times everywhere. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** Big integers are shown whole, grouped. */
export function count(value: number | undefined): string {
  return value === undefined ? '–' : whole.format(value);
}

/** Events per second: two digits below 10, one below 100, then none. */
export function rate(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  if (value === 0) return '0/s';
  if (value < 0.01) return '<0.01/s';
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return `${value.toLocaleString('en', { maximumFractionDigits: digits })}/s`;
}

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function bytes(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
  let left = value;
  let unit = 0;
  while (left >= 1024 && unit < SIZES.length - 1) {
    left /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || left >= 100 ? 0 : 1;
  return `${left.toFixed(digits)} ${SIZES[unit]}`;
}

/** Nanoseconds as the shortest honest text. */
export function nanoseconds(value: number): string {
  if (value < 1_000) return `${Math.round(value)} ns`;
  if (value < 1_000_000) return `${(value / 1_000).toFixed(value < 10_000 ? 1 : 0)} µs`;
  if (value < 1_000_000_000) return `${(value / 1_000_000).toFixed(1)} ms`;
  return `${(value / 1_000_000_000).toFixed(1)} s`;
}

const STEPS: [number, number, string][] = [
  [60, 1, 's'],
  [3600, 60, 'min'],
  [86_400, 3600, 'h'],
  [86_400 * 60, 86_400, 'd'],
];

/** A duration in its largest fitting unit: `20 ms`, `45 s`, `3 min`, `5 h`, `12 d`, then months. */
export function duration(ms: number): string {
  if (ms > 0 && ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.max(0, ms / 1000);
  for (const [below, unit, name] of STEPS) {
    if (seconds < below) return `${Math.floor(seconds / unit)} ${name}`;
  }
  return `${Math.floor(seconds / (86_400 * 30))} months`;
}

/** `12 s ago`, `in 3 min`, `just now`. */
export function relative(at: string, now: number): string {
  const distance = now - Date.parse(at);
  if (Number.isNaN(distance)) return at;
  if (Math.abs(distance) < 2000) return 'just now';
  return distance > 0 ? `${duration(distance)} ago` : `in ${duration(-distance)}`;
}

/** The exact time in the viewer's zone, with milliseconds and the zone's name. */
export function exact(at: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return at;
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  const day = date.toLocaleDateString('en-CA');
  const time = date.toLocaleTimeString('en-GB', { hour12: false });
  return `${day} ${time}.${ms} ${zoneOf(date)}`;
}

/** Time of day with milliseconds, for log lines. */
export function clock(at: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return at;
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  return `${date.toLocaleTimeString('en-GB', { hour12: false })}.${ms}`;
}

function zoneOf(date: Date): string {
  const parts = new Intl.DateTimeFormat('en', { timeZoneName: 'short' }).formatToParts(date);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
}
