import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { call } from '../api/client';
import { me } from '../api/queries';
import { ProblemNote } from '../parts/problem';

export function SignIn() {
  const { next } = useSearch({ from: '/login' });
  const client = useQueryClient();
  const navigate = useNavigate();
  const [username, setUsername] = useState('admin');
  const [password, setPassword] = useState('');
  useEffect(() => {
    document.title = 'Sign in · LyftData';
  }, []);
  const enter = useMutation({
    mutationFn: () => call('POST', '/api/auth/login', { body: { username, password } }),
    onSuccess: async () => {
      client.removeQueries();
      await client.fetchQuery({ ...me, staleTime: 0 });
      // Only an address of this page: never one that leads elsewhere.
      const target = next?.startsWith('/') && !next.startsWith('//') ? next : '/jobs';
      await navigate({ href: target });
    },
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    enter.mutate();
  };
  return (
    <main className="sign-in">
      <form className="boxed stack" onSubmit={onSubmit}>
        <div className="row">
          <img src="/icon.svg" alt="" width={28} height={28} />
          <h1 style={{ fontSize: 20, margin: 0 }}>Sign in to LyftData</h1>
        </div>
        <TextInput
          label="User"
          size="sm"
          autoComplete="username"
          required
          withAsterisk={false}
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          size="sm"
          autoComplete="current-password"
          required
          withAsterisk={false}
          autoFocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <ProblemNote error={enter.error} />
        <Button type="submit" size="sm" disabled={enter.isPending}>
          {enter.isPending ? 'Signing in…' : 'Sign in'}
        </Button>
        <p className="muted" style={{ fontSize: 12, margin: 0 }}>
          The first password was printed when the server started. A new one:{' '}
          <code>lyftdata run server --reset-admin-password</code>
        </p>
      </form>
    </main>
  );
}
