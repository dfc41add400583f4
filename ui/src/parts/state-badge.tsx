/** A state as colour, shape and word; with facts, it opens to a sentence. */

import { Popover } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { lookOf, type Shape } from './states';
import { Ago } from './time';

const SHAPES: Record<Shape, ReactNode> = {
  dot: <circle cx="6" cy="6" r="5" />,
  half: (
    <>
      <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.2" />
      <path d="M6 1.6a4.4 4.4 0 0 1 0 8.8z" />
    </>
  ),
  triangle: <path d="M6 .8 11.6 11H.4z" />,
  cross: <path d="M2 2 10 10M10 2 2 10" fill="none" stroke="currentColor" strokeWidth="2.2" />,
  square: <rect x="1.5" y="1.5" width="9" height="9" rx="1" />,
  check: <path d="M1.5 6.5 4.6 9.6 10.5 2.8" fill="none" stroke="currentColor" strokeWidth="2" />,
  diamond: <path d="M6 .6 11.4 6 6 11.4.6 6z" />,
  pencil: <path d="M1 11l.6-2.8L8.4 1.4l2.2 2.2-6.8 6.8z" />,
  ring: <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.8" />,
  question: (
    <path
      d="M3.4 4.2C3.4 1 8.8 1.2 8.6 4.2 8.5 6 6 5.8 6 8M6 9.6v1.6"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
    />
  ),
};

function Sign({ shape }: { shape: Shape }) {
  return (
    <svg viewBox="0 0 12 12" fill="currentColor" aria-hidden="true">
      {SHAPES[shape]}
    </svg>
  );
}

/** Only the sign and the word. */
export function StateWord({ state, label }: { state: string; label?: string }) {
  const look = lookOf(state);
  return (
    <span className="state" data-tone={look.tone} data-state={state}>
      <Sign shape={look.shape} />
      {label ?? look.word}
    </span>
  );
}

export interface StateFacts {
  state: string;
  label?: string;
  /** What the state belongs to, for those who hear the page: `Job`, `Sync`. */
  of: string;
  reason?: string;
  since?: string | null;
  next?: string;
  extra?: ReactNode;
}

/** A button that opens to: what, since when, why, what happens next, what you can do. */
export function StateBadge({ state, label, of, reason, since, next, extra }: StateFacts) {
  const look = lookOf(state);
  const word = label ?? look.word;
  const [open, setOpen] = useState(false);
  // The focus stays on the badge, so the popover itself does not hear Escape.
  useHotkeys(
    open
      ? [
          ['Escape', () => setOpen(false)],
          ['mod+K', () => setOpen(false)],
        ]
      : [],
    [],
  );
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      width={340}
      position="bottom-start"
      withArrow
      trapFocus={false}
    >
      <Popover.Target>
        <button
          type="button"
          className="state"
          data-tone={look.tone}
          data-state={state}
          title={reason || look.meaning}
          onClick={() => setOpen(!open)}
        >
          <Sign shape={look.shape} />
          <span className="hidden-words">{of}: </span>
          {word}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <dl className="sentence">
          <dt>What</dt>
          <dd>
            {of} is <b>{word.toLowerCase()}</b>. {look.meaning}
          </dd>
          {since ? (
            <>
              <dt>Since</dt>
              <dd>
                <Ago at={since} />
              </dd>
            </>
          ) : null}
          {reason ? (
            <>
              <dt>Why</dt>
              <dd>{reason}</dd>
            </>
          ) : null}
          {next ? (
            <>
              <dt>Next</dt>
              <dd>{next}</dd>
            </>
          ) : null}
          {look.hint ? (
            <>
              <dt>You can</dt>
              <dd>{look.hint}</dd>
            </>
          ) : null}
        </dl>
        {extra}
      </Popover.Dropdown>
    </Popover>
  );
}
