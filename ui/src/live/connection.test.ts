import { beforeEach, describe, expect, test } from 'vitest';
import { type Frame, LiveConnection, type Ports, type Socket } from './connection';

class Line implements Socket {
  sent: string[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  constructor(readonly address: string) {}
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.onclose?.();
  }
  say(frame: Frame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

let lines: Line[];
let waiting: { ms: number; run: () => void }[];

const ports: Ports = {
  open: (address) => {
    const line = new Line(address);
    lines.push(line);
    return line;
  },
  later: (ms, run) => {
    const entry = { ms, run };
    waiting.push(entry);
    return () => {
      waiting = waiting.filter((one) => one !== entry);
    };
  },
  now: () => 1000,
  random: () => 1,
};

function newest(): Line {
  const line = lines.at(-1);
  if (!line) throw new Error('nothing was opened');
  return line;
}

function runWaiting(): void {
  const due = waiting;
  waiting = [];
  for (const one of due) one.run();
}

function connected(): LiveConnection {
  const connection = new LiveConnection('wss://host/api/live', ports);
  connection.start();
  newest().onopen?.();
  newest().say({ kind: 'hello', oldest: 1, newest: 10 });
  return connection;
}

beforeEach(() => {
  lines = [];
  waiting = [];
});

describe('the live connection', () => {
  test('tells the server all topics in one message, and hands frames to their hearers', () => {
    const connection = connected();
    const heard: unknown[] = [];
    connection.subscribe('jobs', (frame) => heard.push(frame.data));
    connection.subscribe('workers', () => heard.push('wrong'));
    runWaiting();
    expect(newest().sent.at(-1)).toBe('{"subscribe":["jobs","workers"]}');
    newest().say({ id: 11, kind: 'job', topic: 'jobs', data: 'news' });
    expect(heard).toEqual(['news']);
  });

  test('resumes after the last frame seen, asks for a new reading, and is live in the end', () => {
    const connection = connected();
    const gaps: number[] = [];
    connection.onGap(() => gaps.push(1));
    newest().say({ id: 12, kind: 'job', topic: 'jobs' });
    newest().close();
    expect(connection.status.state).toBe('offline');
    runWaiting();
    expect(newest().address).toBe('wss://host/api/live?after=12');
    newest().onopen?.();
    newest().say({ kind: 'hello', oldest: 1, newest: 15 });
    expect(connection.status.state).toBe('catching-up');
    expect(gaps).toEqual([1]);
    newest().say({ id: 15, kind: 'job', topic: 'jobs' });
    expect(connection.status.state).toBe('live');
  });

  test('waits longer after each failure, up to a bound', () => {
    const connection = new LiveConnection('wss://host/api/live', ports);
    connection.start();
    const pauses: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      newest().close();
      pauses.push(waiting[0]?.ms ?? 0);
      runWaiting();
    }
    expect(pauses.slice(0, 3)).toEqual([400, 800, 1600]);
    expect(pauses.at(-1)).toBe(15_000);
  });

  test('a server that counts anew is followed from its own numbers', () => {
    connected();
    newest().say({ id: 900, kind: 'job', topic: 'jobs' });
    newest().close();
    runWaiting();
    newest().say({ kind: 'hello', oldest: 1, newest: 3 });
    newest().close();
    runWaiting();
    expect(newest().address).toBe('wss://host/api/live?after=3');
  });

  test('does not come back once it was stopped', () => {
    const connection = connected();
    connection.stop();
    runWaiting();
    expect(lines).toHaveLength(1);
  });
});
