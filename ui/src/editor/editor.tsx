/** The editor, fetched only when it is shown. */

import { lazy, Suspense } from 'react';
import { Bones } from '../parts/page';
import type { YamlEditorProps } from './yaml-editor';

export type { EditorHandle } from './yaml-editor';

const YamlEditor = lazy(() => import('./yaml-editor'));

export function Editor({ small = false, ...props }: YamlEditorProps & { small?: boolean }) {
  return (
    <div className={small ? 'boxed editor small' : 'boxed editor'}>
      <Suspense fallback={<Bones rows={8} />}>
        <YamlEditor {...props} />
      </Suspense>
    </div>
  );
}
