/** What every page shares: its head, "Show as CLI", skeletons and the empty state that teaches. */

import { ActionIcon, Button, Popover, Skeleton } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy, IconTerminal2 } from '@tabler/icons-react';
import { type ReactNode, useEffect } from 'react';

export interface Commands {
  /** `lyftdata` commands, without the prompt. */
  cli: string[];
  /** `METHOD /path` of the HTTP calls, and after a space the body where there is one. */
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
  const { origin } = window.location;
  const calls = commands.http.map((one) => curlOf(one, origin));
  const lines = commands.cli.map((one) => commandOf(one, origin));
  return (
    <Popover width={460} position="bottom-end" withArrow trapFocus>
      <Popover.Target>
        <Button variant="subtle" leftSection={<IconTerminal2 size={16} />}>
          Show as CLI
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="stack cli">
          <Lines title="Command" lines={lines} />
          <Lines title="HTTP call" lines={calls} />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

const USUAL = 'https://127.0.0.1:3000';

/** A command that asks the server says which, unless it is the usual one. */
export function commandOf(command: string, origin: string): string {
  const asks = /^lyftdata (jobs|workers|contexts|server) /.test(command);
  return asks && origin !== USUAL ? `${command} --url ${origin}` : command;
}

/** `-k` on this machine only, where the certificate is the server's own. */
export function curlOf(call: string, origin: string): string {
  const [method = 'GET', path = '', ...body] = call.split(' ');
  const own = /^https:\/\/(127\.0\.0\.1|localhost)(:|$)/.test(origin) ? ' -k' : '';
  const verb = method === 'GET' ? '' : ` -X ${method}`;
  const data = body.length > 0 ? ` -H 'Content-Type: application/json' -d '${body.join(' ')}'` : '';
  return `curl${own} -H "Authorization: Bearer $LYFTDATA_TOKEN"${verb}${data} '${origin}${path}'`;
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
