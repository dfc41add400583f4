/** An event's fields, and how they differ from those of the event before. */

import { type Change, compare, fieldsOf, type Leaf, shown } from '../../parts/events';

const SIGNS = { added: '+', changed: '~', removed: '−', same: '' };
const LONGEST = 200;

function cut(text: string, whole: boolean): string {
  return whole || text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

/** All fields of an event with their types. */
export function EventFields({ event }: { event: string }) {
  return (
    <div>
      {[...fieldsOf(event)].map(([path, leaf]) => (
        <FieldLine key={path} path={path} leaf={leaf} kind="same" whole />
      ))}
    </div>
  );
}

/** What changed between two events; `whole` also lists what stayed. */
export function EventChanges({
  before,
  after,
  whole,
}: {
  before: string;
  after: string;
  whole: boolean;
}) {
  const changes = compare(fieldsOf(before), fieldsOf(after));
  const lines = whole ? changes : changes.filter((change) => change.kind !== 'same');
  if (lines.length === 0) return <span className="muted">unchanged</span>;
  return (
    <div>
      {lines.map((change) => (
        <ChangeLine key={`${change.kind}:${change.path}`} change={change} whole={whole} />
      ))}
    </div>
  );
}

function ChangeLine({ change, whole }: { change: Change; whole: boolean }) {
  const { kind, path, before, after } = change;
  if (kind === 'changed' && before && after) {
    const retyped = before.type !== after.type;
    return (
      <div className="field" data-kind="changed">
        <span className="key">~ {path || 'event'}: </span>
        <del>{cut(shown(before), whole)}</del> → {cut(shown(after), whole)}
        {retyped ? (
          <span className="type">
            {before.type} → {after.type}
          </span>
        ) : null}
      </div>
    );
  }
  const leaf = after ?? before;
  return leaf ? <FieldLine path={path} leaf={leaf} kind={kind} whole={whole} /> : null;
}

function FieldLine({
  path,
  leaf,
  kind,
  whole,
}: {
  path: string;
  leaf: Leaf;
  kind: Change['kind'];
  whole: boolean;
}) {
  const value = cut(shown(leaf), whole);
  return (
    <div className="field" data-kind={kind}>
      <span className="key">
        {SIGNS[kind]} {path || 'event'}:{' '}
      </span>
      {kind === 'removed' ? <del>{value}</del> : value}
      {kind !== 'removed' ? <span className="type">{leaf.type}</span> : null}
    </div>
  );
}
