/** The trace as columns, one per action; a row is what became of one incoming event. */

import type { Trace, TraceCell, TraceRow } from '../../api/types';
import { count, nanoseconds } from '../../parts/format';
import { EventChanges, EventFields } from './event-view';
import { type ColumnStats, cellAt, fateOf, previousEvents, statsOf } from './trace-model';

export function TraceTable({
  trace,
  whole,
  chosen,
  onChoose,
}: {
  trace: Trace;
  whole: boolean;
  chosen: number | undefined;
  onChoose: (event: number | undefined) => void;
}) {
  return (
    <section
      className="boxed scroll-x"
      style={{ maxHeight: '70vh', overflowY: 'auto' }}
      tabIndex={0}
      aria-label="Events by action"
    >
      <table className="trace-table">
        <thead>
          <tr>
            <th className="first" scope="col">
              Event
            </th>
            {statsOf(trace).map((stats, position) => (
              <ColumnHead
                key={stats.column.index}
                stats={stats}
                position={position}
                last={position === trace.columns.length - 1}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {trace.rows.map((row) => (
            <Row
              key={row.event}
              trace={trace}
              row={row}
              whole={whole || row.event === chosen}
              chosen={row.event === chosen}
              onChoose={() => onChoose(row.event === chosen ? undefined : row.event)}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ColumnHead({
  stats,
  position,
  last,
}: {
  stats: ColumnStats;
  position: number;
  last: boolean;
}) {
  const { column } = stats;
  return (
    <th scope="col" className="trace-head">
      <b>
        {position > 0 && !last ? `${position}. ` : ''}
        {column.name}
      </b>
      {position === 0 ? (
        <span>{count(stats.left)} out</span>
      ) : (
        <span>
          {count(stats.entered)} in, {count(stats.left)} out
          {stats.dropped > 0 ? `, ${count(stats.dropped)} dropped` : ''}
          {stats.rejected > 0 ? `, ${count(stats.rejected)} rejected` : ''}
        </span>
      )}
      {stats.nanoseconds > 0 ? <span> · {nanoseconds(stats.nanoseconds)}</span> : null}
    </th>
  );
}

function Row({
  trace,
  row,
  whole,
  chosen,
  onChoose,
}: {
  trace: Trace;
  row: TraceRow;
  whole: boolean;
  chosen: boolean;
  onChoose: () => void;
}) {
  const fate = fateOf(trace, row.cells);
  return (
    <tr data-chosen={chosen}>
      <th className="first" scope="row">
        <button type="button" className="sort" aria-expanded={chosen} onClick={onChoose}>
          {chosen ? '▾' : '▸'} {row.event + 1}
        </button>
        <div className="fate" data-fate={fate}>
          {fate}
        </div>
      </th>
      {trace.columns.map((column, position) => (
        <td key={column.index}>
          <Cell
            cell={cellAt(row.cells, column, position)}
            before={previousEvents(trace, row.cells, position)}
            first={position === 0}
            whole={whole}
          />
        </td>
      ))}
    </tr>
  );
}

function Cell({
  cell,
  before,
  first,
  whole,
}: {
  cell: TraceCell | null;
  before: string[];
  first: boolean;
  whole: boolean;
}) {
  if (!cell) return <span className="muted">–</span>;
  return (
    <>
      {cell.status === 'dropped' || cell.status === 'rejected' ? (
        <div>
          <span className="fate" data-fate={cell.status}>
            {cell.status === 'dropped' ? 'Dropped' : 'Rejected'}
          </span>
          {cell.reason ? `: ${cell.reason}` : ''}
        </div>
      ) : (
        <Events cell={cell} before={before} first={first} whole={whole} />
      )}
      {cell.status === 'skipped' && cell.reason ? <div className="muted">{cell.reason}</div> : null}
      {cell.warnings.map((warning) => (
        <div key={warning} style={{ color: 'var(--warn)' }}>
          Warning: {warning}
        </div>
      ))}
    </>
  );
}

function Events({
  cell,
  before,
  first,
  whole,
}: {
  cell: TraceCell;
  before: string[];
  first: boolean;
  whole: boolean;
}) {
  if (cell.status === 'skipped') return <span className="muted">skipped</span>;
  if (cell.events.length === 0) return <span className="muted">absorbed</span>;
  return (
    <>
      {cell.events.map((event, index) => {
        const earlier = before[before.length === cell.events.length ? index : 0];
        return (
          // The events of a cell have no other name
          <div key={index} style={{ marginBottom: 4 }}>
            {cell.events.length > 1 ? <div className="muted">event {index + 1}</div> : null}
            {first || earlier === undefined ? (
              <EventFields event={event} />
            ) : (
              <EventChanges before={earlier} after={event} whole={whole} />
            )}
          </div>
        );
      })}
    </>
  );
}
