/** The one table of states: word, tone and shape. Used wherever a state is shown. */

export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'idle' | 'info';
export type Shape =
  | 'dot'
  | 'half'
  | 'triangle'
  | 'cross'
  | 'square'
  | 'check'
  | 'diamond'
  | 'pencil'
  | 'ring'
  | 'question';

export interface Look {
  word: string;
  tone: Tone;
  shape: Shape;
  /** What it means, for when the server gives no reason of its own. */
  meaning: string;
  /** What one can do. */
  hint: string;
}

const LOOKS: Record<string, Look> = {
  draft: look('Draft', 'idle', 'pencil', 'Not staged yet.', 'Trace it, then stage a version.'),
  staged: look('Staged', 'info', 'diamond', 'A version is ready.', 'Deploy it to a worker.'),
  pending: look('Pending', 'busy', 'half', 'Waits for the worker.', 'Nothing to do yet.'),
  applying: look('Deploying', 'busy', 'half', 'The worker takes it over.', 'Nothing to do yet.'),
  deploying: look('Deploying', 'busy', 'half', 'The worker takes it over.', 'Nothing to do yet.'),
  running: look('Running', 'good', 'dot', 'It runs as deployed.', 'Watch it under Live.'),
  degraded: look('Degraded', 'warn', 'triangle', 'It runs, but not well.', 'Read the logs.'),
  stopping: look('Shutting down', 'busy', 'half', 'It ends its open work.', 'Nothing to do yet.'),
  'shutting-down': look('Shutting down', 'busy', 'half', 'It ends its open work.', 'Wait.'),
  stopped: look('Stopped', 'idle', 'square', 'Nothing runs.', 'Deploy to start it again.'),
  failed: look('Failed', 'bad', 'cross', 'It ended by an error.', 'Read the logs, then deploy.'),
  completed: look('Completed', 'good', 'check', 'Its input is read to the end.', 'Look at Runs.'),
  lost: look('Lost', 'warn', 'question', 'The worker is not heard of.', 'Look at the worker.'),
  cancelled: look('Cancelled', 'idle', 'square', 'It was ended on purpose.', ''),
  unknown: look('Unknown', 'warn', 'question', 'No news from the worker.', 'Look at the worker.'),
  online: look('Online', 'good', 'dot', 'The worker answers.', ''),
  offline: look('Offline', 'bad', 'ring', 'The worker does not answer.', 'Is it started?'),
  'in-sync': look('In sync', 'good', 'check', 'The worker runs what was deployed.', ''),
  'out-of-sync': look(
    'Out of sync',
    'warn',
    'triangle',
    'The worker runs something else than what was deployed.',
    'It catches up by itself; if not, look at the worker.',
  ),
  'newer-staged': look(
    'Newer staged',
    'info',
    'diamond',
    'A newer version is staged than the one that runs.',
    'Deploy it when you are ready.',
  ),
  'not-deployed': look('Not deployed', 'idle', 'ring', 'No worker has it.', 'Deploy it.'),
};

function look(word: string, tone: Tone, shape: Shape, meaning: string, hint: string): Look {
  return { word, tone, shape, meaning, hint };
}

export function lookOf(state: string): Look {
  const known = LOOKS[state];
  if (known) return known;
  const word = state ? state.charAt(0).toUpperCase() + state.slice(1) : 'Unknown';
  return { word, tone: 'warn', shape: 'question', meaning: '', hint: '' };
}

interface Deployed {
  version: number;
  state: string;
  hash_wanted: string;
  hash_reported: string;
}

/** Does what runs equal what was asked for, and is that the newest there is? */
export function syncOf(deployed: Deployed[], latest: number | null): string {
  const alive = deployed.filter((one) => !['stopped', 'stopping'].includes(one.state));
  if (alive.length === 0) return 'not-deployed';
  if (alive.some((one) => one.hash_wanted !== one.hash_reported)) return 'out-of-sync';
  if (latest !== null && alive.some((one) => one.version < latest)) return 'newer-staged';
  return 'in-sync';
}
