import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api/client';
import type { Job } from '../../api/types';
import { PageHead } from '../../parts/page';
import { ProblemNote } from '../../parts/problem';
import { EditPane } from './edit-pane';

const START = `# A job reads one input, passes every event through its actions, and hands it to one output.
name: my-job
input:
  echo:
    json: true
    event: '{"greeting": "hello"}'
actions:
  - add:
      output-fields:
        place: world
output:
  print:
    stream: stdout
`;

export function NewJobPage() {
  const [text, setText] = useState(START);
  const client = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: () => call<Job>('POST', '/api/jobs', { body: { text } }),
    onSuccess: async (job) => {
      client.setQueryData(['job', job.name], job);
      void client.invalidateQueries({ queryKey: ['jobs'] });
      await navigate({ to: '/jobs/$name', params: { name: job.name } });
    },
  });
  return (
    <div className="page">
      <PageHead
        title="New job"
        actions={
          <Button onClick={() => create.mutate()} disabled={create.isPending}>
            Create draft
          </Button>
        }
        commands={{
          cli: ['lyftdata jobs create my-job.yaml'],
          http: ['POST /api/jobs {"text": "THE YAML"}'],
        }}
      />
      <div className="stack">
        <ProblemNote error={create.error} />
        <EditPane text={text} onChange={setText} onSave={() => create.mutate()} />
      </div>
    </div>
  );
}
