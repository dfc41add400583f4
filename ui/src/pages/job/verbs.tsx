/** What one can do with a job: save, trace, stage, deploy, stop, roll back. Refusals stand below. */

import { Button, NativeSelect, Popover, TextInput } from '@mantine/core';
import {
  IconArrowBackUp,
  IconDeviceFloppy,
  IconPackage,
  IconPlayerPlay,
  IconPlayerStop,
  IconRoute2,
} from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { call, seg } from '../../api/client';
import { me, versions, workers } from '../../api/queries';
import type { Assignment, Job, Version } from '../../api/types';
import { ProblemNote } from '../../parts/problem';
import { syncOf } from '../../parts/states';
import type { Draft } from './use-draft';

export function Verbs({ job, draft, onTrace }: { job: Job; draft: Draft; onTrace: () => void }) {
  const user = useQuery(me).data;
  const may = (permission: string) => user?.permissions.includes(permission) ?? false;
  const alive = job.deployed.filter((one) => !['stopped', 'stopping'].includes(one.state));
  return (
    <>
      {draft.dirty || draft.saving ? (
        <Button
          variant="default"
          leftSection={<IconDeviceFloppy size={16} />}
          disabled={draft.saving || !may('jobs:write')}
          onClick={() => void draft.save()}
        >
          {draft.saving ? 'Saving…' : 'Save draft'}
        </Button>
      ) : null}
      <Button variant="default" leftSection={<IconRoute2 size={16} />} onClick={onTrace}>
        Trace
      </Button>
      <Stage job={job} draft={draft} allowed={may('jobs:write')} />
      <Deploy job={job} edited={draft.dirty} allowed={may('jobs:deploy')} />
      <Stop job={job} alive={alive} allowed={may('jobs:deploy')} />
      <RollBack job={job} allowed={may('jobs:deploy')} />
    </>
  );
}

/** A verb whose questions open below its button; it stays open when the server refuses. */
function Verb({
  word,
  icon,
  why,
  primary = false,
  error,
  pending,
  go,
  goWord,
  children,
}: {
  word: string;
  icon: ReactNode;
  /** Why it cannot be done now; empty when it can. */
  why: string;
  primary?: boolean;
  error: unknown;
  pending: boolean;
  go: () => Promise<boolean>;
  goWord: string;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    if (await go()) setOpen(false);
  };
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      width={360}
      position="bottom-start"
      withArrow
      trapFocus
    >
      <Popover.Target>
        <Button
          variant={primary ? 'filled' : 'default'}
          leftSection={icon}
          data-disabled={why ? true : undefined}
          aria-disabled={why ? true : undefined}
          title={why || undefined}
          onClick={() => {
            if (!why) setOpen(!open);
          }}
        >
          {word}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form className="stack" onSubmit={(event) => void submit(event)}>
          {children}
          <ProblemNote error={error} />
          <div className="row">
            <Button type="submit" disabled={pending}>
              {pending ? 'Working…' : goWord}
            </Button>
            <Button variant="subtle" onClick={() => setOpen(false)}>
              Cancel
            </Button>
          </div>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Send a verb and read the job anew; resolves to whether it was done. */
function useVerb<T>(job: Job, path: string) {
  const client = useQueryClient();
  const sent = useMutation({
    mutationFn: (body: object) => call<T>('POST', `/api/jobs/${seg(job.name)}/${path}`, { body }),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['job', job.name] }),
        client.invalidateQueries({ queryKey: ['jobs'] }),
      ]),
  });
  const go = async (body: object): Promise<boolean> => {
    try {
      await sent.mutateAsync(body);
      return true;
    } catch {
      return false; // shown from sent.error
    }
  };
  return { go, error: sent.error, pending: sent.isPending };
}

const NOT_ALLOWED = 'Your role may not do this.';

function Stage({ job, draft, allowed }: { job: Job; draft: Draft; allowed: boolean }) {
  const [note, setNote] = useState('');
  const verb = useVerb<Version>(job, 'stage');
  const nothing = !draft.dirty && !job.has_draft && job.latest_version !== null;
  return (
    <Verb
      word="Stage"
      icon={<IconPackage size={16} />}
      primary={!nothing}
      why={!allowed ? NOT_ALLOWED : nothing ? 'The newest version equals the document.' : ''}
      error={verb.error ?? draft.error}
      pending={verb.pending || draft.saving}
      goWord={`Stage v${(job.latest_version ?? 0) + 1}`}
      go={async () => {
        if (!(await draft.save())) return false;
        const done = await verb.go({ note });
        if (done) setNote('');
        return done;
      }}
    >
      <p style={{ margin: 0 }}>
        Freezes the document as version {(job.latest_version ?? 0) + 1}
        {draft.dirty ? ', after saving it' : ''}. What runs now does not change.
      </p>
      <TextInput
        label="Note"
        placeholder="What changed"
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </Verb>
  );
}

function useVersionChoices(job: Job) {
  const list = useQuery({ ...versions(job.name), enabled: job.latest_version !== null }).data ?? [];
  return list.map((one) => ({
    value: String(one.version),
    label: `v${one.version}${one.note ? `: ${one.note}` : ''}`,
  }));
}

function Deploy({ job, edited, allowed }: { job: Job; edited: boolean; allowed: boolean }) {
  const [version, setVersion] = useState('');
  const [target, setTarget] = useState('');
  const choices = useVersionChoices(job);
  const workerList = useQuery(workers).data ?? [];
  const verb = useVerb<Assignment>(job, 'deploy');
  const why = !allowed ? NOT_ALLOWED : job.latest_version === null ? 'Stage a version first.' : '';
  return (
    <Verb
      word="Deploy"
      icon={<IconPlayerPlay size={16} />}
      primary={!edited && !job.has_draft && syncOf(job.deployed, job.latest_version) !== 'in-sync'}
      why={why}
      error={verb.error}
      pending={verb.pending}
      goWord={`Deploy v${version || job.latest_version}`}
      go={() =>
        verb.go({
          ...(version ? { version: Number(version) } : {}),
          ...(target ? { worker: target } : {}),
        })
      }
    >
      <NativeSelect
        label="Version"
        value={version}
        onChange={(event) => setVersion(event.currentTarget.value)}
        data={[{ value: '', label: `Newest (v${job.latest_version})` }, ...choices]}
      />
      <NativeSelect
        label="Worker"
        value={target}
        onChange={(event) => setTarget(event.currentTarget.value)}
        data={[
          { value: '', label: 'Built-in worker' },
          ...workerList
            .filter((one) => !one.builtin)
            .map((one) => ({ value: one.id, label: `${one.name} (${one.state})` })),
        ]}
      />
    </Verb>
  );
}

function Stop({ job, alive, allowed }: { job: Job; alive: Assignment[]; allowed: boolean }) {
  const verb = useVerb<Assignment>(job, 'stop');
  const where = alive.map((one) => one.worker).join(', ');
  return (
    <Verb
      word="Stop"
      icon={<IconPlayerStop size={16} />}
      why={!allowed ? NOT_ALLOWED : alive.length === 0 ? 'It is deployed nowhere.' : ''}
      error={verb.error}
      pending={verb.pending}
      goWord="Stop the job"
      go={() => verb.go(alive[0] ? { worker: alive[0].worker } : {})}
    >
      <p style={{ margin: 0 }}>
        Stops it on {where}. Open work is ended first; a later deploy goes on where it stopped.
      </p>
    </Verb>
  );
}

function RollBack({ job, allowed }: { job: Job; allowed: boolean }) {
  const [version, setVersion] = useState('');
  const choices = useVersionChoices(job);
  const verb = useVerb<Assignment>(job, 'rollback');
  const why = !allowed
    ? NOT_ALLOWED
    : (job.latest_version ?? 0) < 2
      ? 'There is no earlier version.'
      : '';
  return (
    <Verb
      word="Roll back"
      icon={<IconArrowBackUp size={16} />}
      why={why}
      error={verb.error}
      pending={verb.pending}
      goWord={version ? `Roll back to v${version}` : 'Roll back'}
      go={() => verb.go(version ? { version: Number(version) } : {})}
    >
      <p style={{ margin: 0 }}>
        Deploys an earlier version again. The document and the newer versions stay as they are.
      </p>
      <NativeSelect
        label="To version"
        value={version}
        onChange={(event) => setVersion(event.currentTarget.value)}
        data={[{ value: '', label: 'The one deployed before' }, ...choices]}
      />
    </Verb>
  );
}
