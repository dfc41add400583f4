/** Numbers and rows of a trace, worked out from the server's cells. */

import type { Trace, TraceCell, TraceColumn } from '../../api/types';

export interface ColumnStats {
  column: TraceColumn;
  /** Position in the row of columns; the cells name columns by `index`. */
  entered: number;
  left: number;
  dropped: number;
  rejected: number;
  nanoseconds: number;
}

export function cellAt(
  cells: TraceCell[],
  column: TraceColumn,
  position: number,
): TraceCell | null {
  return (
    cells.find((cell) => cell.column === column.index) ??
    (column.index === undefined ? (cells[position] ?? null) : null)
  );
}

/** Events in, out and dropped of every column, and the time spent there. */
export function statsOf(trace: Trace): ColumnStats[] {
  return trace.columns.map((column, position) => {
    const stats: ColumnStats = {
      column,
      entered: 0,
      left: 0,
      dropped: 0,
      rejected: 0,
      nanoseconds: 0,
    };
    for (const row of trace.rows) {
      const cell = cellAt(row.cells, column, position);
      if (!cell) continue;
      stats.entered += enteredBy(trace, row.cells, position);
      stats.left += ['dropped', 'rejected'].includes(cell.status) ? 0 : cell.events.length;
      stats.dropped += cell.status === 'dropped' ? 1 : 0;
      stats.rejected += cell.status === 'rejected' ? 1 : 0;
      stats.nanoseconds += cell.nanoseconds;
    }
    return stats;
  });
}

function enteredBy(trace: Trace, cells: TraceCell[], position: number): number {
  if (position === 0) return 1;
  return previousEvents(trace, cells, position).length;
}

/** The events that came to this column: those of the nearest column before it that has a cell. */
export function previousEvents(trace: Trace, cells: TraceCell[], position: number): string[] {
  for (let at = position - 1; at >= 0; at -= 1) {
    const column = trace.columns[at];
    const cell = column ? cellAt(cells, column, at) : null;
    if (cell && cell.status !== 'skipped') return cell.events;
  }
  return [];
}

/** One word on how an event ended. */
export function fateOf(trace: Trace, cells: TraceCell[]): string {
  for (const cell of cells) {
    if (cell.status === 'dropped' || cell.status === 'rejected') return cell.status;
  }
  const last = trace.columns.at(-1);
  const end = last ? cellAt(cells, last, trace.columns.length - 1) : null;
  if (!end) return 'absorbed';
  return end.events.length > 1 ? `${end.events.length} events` : 'delivered';
}
