/** What every page shares: its head, "Show as CLI", skeletons and the empty state that teaches. */

import { ActionIcon, Button, Popover, Skeleton } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy, IconTerminal2 } from '@tabler/icons-react';
import { type ReactNode, useEffect } from 'react';

export interface Commands {
  /** `lyftdata` commands, without the prompt. */
  cli: string[];
  /** `METHOD /path` pairs of the HTTP calls. */
  http: string[];
}

export function PageHead({
  title,
  badges,
  facts,
  actions,
  commands,
}: {
  title: string;
  badges?: ReactNode;
  facts?: ReactNode;
  actions?: ReactNode;
  commands: Commands;
}) {
  useEffect(() => {
    document.title = `${title} · LyftData`;
  }, [title]);
  return (
    <header className="page-head">
      <div>
        <div className="row">
          <h1>{title}</h1>
          {badges}
        </div>
        {facts}
      </div>
      <div className="row">
        {actions}
        <ShowAsCli commands={commands} />
      </div>
    </header>
  );
}

export function ShowAsCli({ commands }: { commands: Commands }) {
  const calls = commands.http.map((one) => curlOf(one));
  return (
    <Popover width={460} position="bottom-end" withArrow trapFocus>
      <Popover.Target>
        <Button variant="subtle" leftSection={<IconTerminal2 size={16} />}>
          Show as CLI
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="stack cli">
          <Lines title="Command" lines={commands.cli} />
          <Lines title="HTTP call" lines={calls} />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

function curlOf(call: string): string {
  const [method, path] = call.split(' ', 2);
  const verb = method === 'GET' ? '' : `-X ${method} `;
  return `curl -H "Authorization: Bearer $LYFTDATA_TOKEN" ${verb}'${window.location.origin}${path}'`;
}

function Lines({ title, lines }: { title: string; lines: string[] }) {
  const clipboard = useClipboard();
  if (lines.length === 0) return null;
  return (
    <div>
      <div className="muted" style={{ fontSize: 12, marginBottom: 4 }}>
        {title}
      </div>
      {lines.map((line) => (
        <div key={line} className="row" style={{ flexWrap: 'nowrap', marginBottom: 4 }}>
          <pre className="mono">{line}</pre>
          <ActionIcon
            variant="subtle"
            aria-label={`Copy: ${line}`}
            onClick={() => clipboard.copy(line)}
          >
            {clipboard.copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
          </ActionIcon>
        </div>
      ))}
    </div>
  );
}

export function Bones({ rows = 6 }: { rows?: number }) {
  const keys = Array.from({ length: rows }, (_, index) => `bone-${index}`);
  return (
    <div className="stack" role="status" aria-label="Loading">
      {keys.map((key) => (
        <Skeleton key={key} height={22} radius="sm" />
      ))}
    </div>
  );
}

export function Empty({
  title,
  children,
  action,
}: {
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      <p>{children}</p>
      {action}
    </div>
  );
}
