/** Events that could not be handled, each with the reason and the place. */

import { Button, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { deadLetters } from '../../api/queries';
import type { DeadLetter } from '../../api/types';
import { Bones, Empty } from '../../parts/page';
import { ProblemNote } from '../../parts/problem';
import { Ago } from '../../parts/time';
import { EventFields } from './event-view';

export function DeadLettersPane({ job }: { job: string }) {
  const list = useQuery(deadLetters(job));
  if (list.isPending) return <Bones />;
  if (list.error) return <ProblemNote error={list.error} retry={() => void list.refetch()} />;
  if (list.data.items.length === 0)
    return (
      <div className="boxed">
        <Empty
          title="No dead letters"
          action={
            <Button
              variant="default"
              renderRoot={(props) => (
                <Link
                  to="/jobs/$name"
                  params={{ name: job }}
                  search={{ tab: 'trace' }}
                  {...props}
                />
              )}
            >
              Try an event in a trace
            </Button>
          }
        >
          An event that cannot be handled is kept here with the reason, so that nothing gets lost.
          What counts as such stands with each action in the <Link to="/reference">reference</Link>.
        </Empty>
      </div>
    );
  return (
    <div className="stack">
      <div className="boxed scroll-x">
        <Table className="data-table">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>When</Table.Th>
              <Table.Th>Where</Table.Th>
              <Table.Th>Why</Table.Th>
              <Table.Th>Event</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {list.data.items.map((letter) => (
              <Letter key={letter.id} letter={letter} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {list.data.next_cursor ? (
        <p className="muted">
          These are the first {list.data.items.length}. All of them:{' '}
          <code>lyftdata dlq export {job}</code>
        </p>
      ) : null}
    </div>
  );
}

function Letter({ letter }: { letter: DeadLetter }) {
  const [open, setOpen] = useState(false);
  const where = typeof letter.action === 'number' ? `action ${letter.action + 1}` : letter.action;
  return (
    <Table.Tr style={{ verticalAlign: 'top' }}>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        <Ago at={letter.at} />
      </Table.Td>
      <Table.Td>
        {where}
        {letter.field ? <div className="mono muted">{letter.field}</div> : null}
      </Table.Td>
      <Table.Td style={{ minWidth: 200 }}>
        {letter.reason}
        <div className="muted">
          <code>{letter.code}</code>
        </div>
      </Table.Td>
      <Table.Td style={{ minWidth: 240, maxWidth: 640 }}>
        <button
          type="button"
          className="sort mono"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          style={{ overflowWrap: 'anywhere' }}
        >
          {open ? '▾ ' : '▸ '}
          {open ? 'Fields' : letter.event.slice(0, 160) || '(empty)'}
        </button>
        {open ? <EventFields event={letter.event} /> : null}
      </Table.Td>
    </Table.Tr>
  );
}
