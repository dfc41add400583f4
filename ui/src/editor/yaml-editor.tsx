/**
 * The YAML editor: completion and hover from the job schema, the server's diagnostics as squiggles
 * while typing, and quick fixes from their suggestions. Loaded on demand.
 */

import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
  startCompletion,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import {
  type Action,
  forceLinting,
  linter,
  lintGutter,
  lintKeymap,
  type Diagnostic as Squiggle,
} from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  hoverTooltip,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import type { Diagnostic } from '../api/types';
import { fixRange, offsetOf, rangeOf } from './positions';
import { hoverAt, keysAt, type Schema, valuesAt } from './schema';
import { placeAt } from './yaml-place';

/** What the page may ask of an editor that is shown. */
export interface EditorHandle {
  goTo(problem: Diagnostic): void;
  fix(problem: Diagnostic): void;
}

export interface YamlEditorProps {
  value: string;
  onChange?: (text: string) => void;
  /** Ask for the problems of a text; they become squiggles. */
  lint?: (text: string) => Promise<Diagnostic[]>;
  schema?: Schema;
  label: string;
  onSave?: () => void;
  onHandle?: (handle: EditorHandle | null) => void;
  readOnly?: boolean;
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--busy)' },
  { tag: tags.string, color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--warn)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--muted)', fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.separator], color: 'var(--muted)' },
]);

export const look: Extension = [
  syntaxHighlighting(colours),
  EditorView.theme({
    '&': { backgroundColor: 'var(--raised)', color: 'var(--mantine-color-text)' },
    '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.55' },
    '.cm-gutters': {
      backgroundColor: 'var(--sunken)',
      color: 'var(--muted)',
      border: 'none',
      borderRight: '1px solid var(--line)',
    },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
    '.cm-activeLineGutter': { color: 'var(--mantine-color-text)', fontWeight: '600' },
    '.cm-cursor': { borderLeftColor: 'var(--mantine-color-text)' },
    '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': {
      backgroundColor: 'var(--busy-bg) !important',
    },
    '.cm-tooltip': {
      backgroundColor: 'var(--raised)',
      border: '1px solid var(--line)',
      borderRadius: '4px',
      maxWidth: '460px',
      fontSize: '13px',
    },
    '.cm-tooltip-autocomplete ul li[aria-selected]': {
      backgroundColor: 'var(--busy-bg)',
      color: 'var(--busy)',
    },
    '.cm-completionInfo': { whiteSpace: 'pre-wrap', padding: '6px 8px' },
    '.cm-hover-help': { whiteSpace: 'pre-wrap', padding: '6px 8px' },
    '.cm-diagnostic': { whiteSpace: 'pre-wrap' },
    '.cm-diagnosticAction': {
      backgroundColor: 'var(--mantine-primary-color-filled)',
      color: '#fff',
    },
    '.cm-panels': { backgroundColor: 'var(--sunken)', color: 'inherit' },
    '.cm-lintRange-error': {
      backgroundImage: 'none',
      textDecoration: 'underline wavy var(--bad) 1px',
      textUnderlineOffset: '3px',
    },
    '.cm-lintRange-warning': {
      backgroundImage: 'none',
      textDecoration: 'underline wavy var(--warn) 1px',
      textUnderlineOffset: '3px',
    },
  }),
];

export default function YamlEditor(props: YamlEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const newest = useRef(props);
  const schemaPart = useRef(new Compartment());
  newest.current = props;

  // Made once; later props arrive by `newest`
  useEffect(() => {
    if (!host.current) return;
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: newest.current.value,
        extensions: extensions(newest, schemaPart.current),
      }),
    });
    view.current = made;
    newest.current.onHandle?.(handleOf(made));
    return () => {
      newest.current.onHandle?.(null);
      made.destroy();
      view.current = null;
    };
  }, []);

  useEffect(() => {
    const made = view.current;
    if (!made || made.state.doc.toString() === props.value) return;
    made.dispatch({ changes: { from: 0, to: made.state.doc.length, insert: props.value } });
  }, [props.value]);

  useEffect(() => {
    const help = props.schema ? schemaHelp(props.schema) : [];
    view.current?.dispatch({ effects: schemaPart.current.reconfigure(help) });
  }, [props.schema]);

  return <div ref={host} className="editor-host" data-help={props.schema ? 'ready' : 'none'} />;
}

function extensions(newest: { current: YamlEditorProps }, schemaPart: Compartment): Extension[] {
  const { label, readOnly, schema, lint } = newest.current;
  return [
    lineNumbers(),
    foldGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    indentUnit.of('  '),
    EditorState.tabSize.of(2),
    EditorState.readOnly.of(readOnly ?? false),
    EditorView.contentAttributes.of({ 'aria-label': label }),
    EditorView.lineWrapping,
    yaml(),
    look,
    schemaPart.of(schema ? schemaHelp(schema) : []),
    lint ? [lintGutter(), serverLint(newest)] : [],
    EditorView.updateListener.of((update) => {
      if (update.docChanged) newest.current.onChange?.(update.state.doc.toString());
    }),
    keymap.of([
      {
        key: 'Mod-s',
        preventDefault: true,
        run: () => {
          newest.current.onSave?.();
          return true;
        },
      },
      ...completionKeymap,
      ...lintKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...defaultKeymap,
      indentWithTab,
    ]),
  ];
}

function serverLint(newest: { current: YamlEditorProps }): Extension {
  return linter(
    async (view): Promise<Squiggle[]> => {
      const text = view.state.doc.toString();
      const problems = (await newest.current.lint?.(text)) ?? [];
      // The answer may come after more was typed: the next round is under way then.
      if (view.state.doc.toString() !== text) return [];
      return problems.map((problem) => squiggle(view, problem));
    },
    { delay: 250 },
  );
}

function squiggle(view: EditorView, problem: Diagnostic): Squiggle {
  const actions: Action[] = problem.suggestion
    ? [{ name: `Change to ${problem.suggestion}`, apply: (editor) => applyFix(editor, problem) }]
    : [];
  return {
    ...rangeOf(view.state.doc, problem),
    severity: problem.severity,
    message: `${problem.message}\n${problem.code}`,
    actions,
  };
}

function applyFix(view: EditorView, problem: Diagnostic): void {
  const range = fixRange(view.state.doc, problem);
  view.dispatch({ changes: { ...range, insert: problem.suggestion } });
  view.focus();
}

function handleOf(view: EditorView): EditorHandle {
  return {
    goTo: (problem) => {
      const at = offsetOf(view.state.doc, problem.line, problem.column);
      view.dispatch({
        selection: { anchor: at },
        effects: EditorView.scrollIntoView(at, { y: 'center' }),
      });
      view.focus();
    },
    fix: (problem) => {
      applyFix(view, problem);
      forceLinting(view);
    },
  };
}

function schemaHelp(schema: Schema): Extension {
  return [
    autocompletion({ override: [(context) => complete(context, schema)], icons: false }),
    hoverTooltip((view, position) => {
      const line = view.state.doc.lineAt(position);
      const key = /^(\s*(?:-\s+)*)(["']?)([^\s:#"']+)\2\s*:/.exec(line.text);
      if (!key) return null;
      const from = line.from + (key[1]?.length ?? 0);
      const to = from + (key[3]?.length ?? 0);
      if (position < from || position > to) return null;
      const lines = view.state.doc.toString().split('\n');
      const place = placeAt(lines, line.number - 1, key[0].length);
      const text = hoverAt(schema, place.path);
      if (!text) return null;
      return {
        pos: from,
        end: to,
        create: () => {
          const dom = document.createElement('div');
          dom.className = 'cm-hover-help';
          dom.textContent = text;
          return { dom };
        },
      };
    }),
  ];
}

/** What may be written at the cursor. */
export function complete(context: CompletionContext, schema: Schema): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const column = context.pos - line.from;
  const place = placeAt(context.state.doc.toString().split('\n'), line.number - 1, column);
  if (!context.explicit && place.typed === '' && line.text.trim() === '') return null;
  const from = context.pos - place.typed.length;
  if (place.inValue) {
    const options = valuesAt(schema, place.path).map((value) => ({ label: value }));
    return options.length > 0 ? { from, options, validFor: /^[\w.-]*$/ } : null;
  }
  if (/\s/.test(place.typed)) return null;
  const inner = ' '.repeat(column - place.typed.length + 2);
  const tail = { map: `:\n${inner}`, list: `:\n${inner}- `, none: ': ' };
  const options = keysAt(schema, place.path)
    .filter((help) => !place.siblings.includes(help.key))
    .map((help) => ({
      label: help.key,
      detail: help.detail,
      info: help.description || undefined,
      boost: help.required ? 1 : 0,
      apply: (view: EditorView, _option: unknown, start: number, end: number) => {
        const insert = help.key + tail[help.nested ?? 'none'];
        view.dispatch({
          changes: { from: start, to: end, insert },
          selection: { anchor: start + insert.length },
        });
        startCompletion(view);
      },
    }));
  return options.length > 0 ? { from, options, validFor: /^[\w.-]*$/ } : null;
}
