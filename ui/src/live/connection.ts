/**
 * The one live connection of a tab: a websocket that carries every topic the page looks at.
 * It resumes by the id of the last frame seen, and comes back by itself with growing pauses.
 * It knows nothing of React or of what the frames mean.
 */

export interface Frame {
  id?: number;
  at?: string;
  topic?: string;
  kind: string;
  data?: unknown;
  oldest?: number;
  newest?: number;
}

export type LiveState = 'connecting' | 'live' | 'catching-up' | 'offline';

export interface LiveStatus {
  state: LiveState;
  /** Epoch milliseconds since when it is so. */
  since: number;
}

export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onclose: (() => void) | null;
  onmessage: ((event: { data: string }) => void) | null;
}

export interface Ports {
  open(address: string): Socket;
  /** Call `run` after `ms`; returns how to call it off. */
  later(ms: number, run: () => void): () => void;
  now(): number;
  /** 0 <= number < 1, for spreading reconnects of many tabs. */
  random(): number;
}

type Handler = (frame: Frame) => void;

const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 15_000;
/** The replay of kept frames is over by then; it may hold none for our topics. */
const CATCH_UP_MS = 500;

export class LiveConnection {
  private readonly handlers = new Map<string, Set<Handler>>();
  private readonly statusListeners = new Set<() => void>();
  private readonly gapListeners = new Set<() => void>();
  private socket: Socket | null = null;
  private open = false;
  private wanted = false;
  private lastId = 0;
  private target = 0;
  private failures = 0;
  private cancelRetry: (() => void) | null = null;
  private cancelSend: (() => void) | null = null;
  status: LiveStatus;

  constructor(
    private readonly address: string,
    private readonly ports: Ports,
  ) {
    this.status = { state: 'connecting', since: ports.now() };
  }

  /** Connect now, and stay connected until `stop`. */
  start(): void {
    this.wanted = true;
    if (!this.socket) this.connect();
  }

  stop(): void {
    this.wanted = false;
    this.cancelRetry?.();
    this.cancelRetry = null;
    const socket = this.socket;
    this.socket = null;
    this.open = false;
    socket?.close();
  }

  /** The network came back, or the tab is looked at again: do not wait for the pause to end. */
  hurry(): void {
    if (!this.wanted || this.socket) return;
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.connect();
  }

  /** Hear the frames of a topic. Returns how to stop hearing them. */
  subscribe(topic: string, handler: Handler): () => void {
    let set = this.handlers.get(topic);
    if (!set) {
      set = new Set();
      this.handlers.set(topic, set);
      this.tellTopicsSoon();
    }
    set.add(handler);
    return () => {
      const now = this.handlers.get(topic);
      now?.delete(handler);
      if (now && now.size === 0) {
        this.handlers.delete(topic);
        this.tellTopicsSoon();
      }
    };
  }

  onStatus(listener: () => void): () => void {
    this.statusListeners.add(listener);
    return () => this.statusListeners.delete(listener);
  }

  /** Frames were missed for good: whoever keeps state must read it again. */
  onGap(listener: () => void): () => void {
    this.gapListeners.add(listener);
    return () => this.gapListeners.delete(listener);
  }

  private connect(): void {
    const resume = this.lastId > 0 ? `?after=${this.lastId}` : '';
    const socket = this.ports.open(this.address + resume);
    this.socket = socket;
    socket.onopen = () => {
      this.open = true;
      this.tellTopics();
    };
    socket.onmessage = (event) => this.receive(JSON.parse(event.data) as Frame);
    socket.onclose = () => this.closed(socket);
  }

  private closed(socket: Socket): void {
    if (this.socket !== socket) return;
    this.socket = null;
    this.open = false;
    if (!this.wanted) return;
    if (this.status.state !== 'offline') this.become('offline');
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures);
    this.failures += 1;
    this.cancelRetry = this.ports.later(pause * (0.5 + this.ports.random() / 2), () => {
      this.cancelRetry = null;
      if (this.wanted && !this.socket) this.connect();
    });
  }

  private receive(frame: Frame): void {
    if (frame.kind === 'hello') {
      this.greeted(frame);
      return;
    }
    if (frame.kind === 'gap') {
      for (const listener of this.gapListeners) listener();
      return;
    }
    if (typeof frame.id === 'number') this.lastId = Math.max(this.lastId, frame.id);
    if (this.status.state === 'catching-up' && this.lastId >= this.target) this.become('live');
    for (const handler of this.handlers.get(frame.topic ?? '') ?? []) handler(frame);
  }

  private greeted(frame: Frame): void {
    this.failures = 0;
    const newest = frame.newest ?? 0;
    const known = this.lastId;
    if (newest < known) this.lastId = newest; // another life of the server counts anew
    if (known === 0 || newest === known) {
      this.become('live');
      return;
    }
    // Frames of topics that nobody asked for yet are not sent again: read what is shown anew.
    for (const listener of this.gapListeners) listener();
    this.target = newest;
    this.become('catching-up');
    this.ports.later(CATCH_UP_MS, () => {
      if (this.status.state === 'catching-up') this.become('live');
    });
  }

  private tellTopicsSoon(): void {
    if (this.cancelSend) return;
    this.cancelSend = this.ports.later(0, () => {
      this.cancelSend = null;
      this.tellTopics();
    });
  }

  private tellTopics(): void {
    if (!this.open || !this.socket) return;
    this.socket.send(JSON.stringify({ subscribe: [...this.handlers.keys()].sort() }));
  }

  private become(state: LiveState): void {
    if (this.status.state === state) return;
    this.status = { state, since: this.ports.now() };
    for (const listener of this.statusListeners) listener();
  }
}

/** The browser's own clock, timers and sockets. */
export const browserPorts: Ports = {
  open: (address) => new WebSocket(address) as unknown as Socket,
  later: (ms, run) => {
    const id = window.setTimeout(run, ms);
    return () => window.clearTimeout(id);
  },
  now: () => Date.now(),
  random: () => Math.random(),
};

/** Address of the live endpoint of the server that served this page. */
export function liveAddress(location: Location): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/live`;
}
