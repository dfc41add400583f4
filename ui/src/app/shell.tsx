/** The frame of every page: navigation, search, the live line, the colour switch and who is signed in. */

import { AppShell, Burger, Button, Menu, useMantineColorScheme } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import {
  IconBook2,
  IconBraces,
  IconDeviceDesktop,
  IconFileText,
  IconLogout,
  IconMoon,
  IconRoute,
  IconSearch,
  IconServer2,
  IconSun,
  IconUser,
} from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { call } from '../api/client';
import { me } from '../api/queries';
import { LiveProvider, useLiveStatus } from '../live/live';
import { clock } from '../parts/format';
import { Palette } from './palette';

export function Shell() {
  return (
    <LiveProvider>
      <Frame />
    </LiveProvider>
  );
}

function Frame() {
  const [open, menu] = useDisclosure(false);
  const [finding, finder] = useDisclosure(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useHotkeys([['mod+K', finder.open]], []);
  useHotkeys([['/', () => focusSearch(finder.open)]]);
  // Another page closes the menu
  useEffect(() => menu.close(), [path]);
  useSignInAgain();
  return (
    <>
      <a className="skip" href="#content">
        Skip to the page
      </a>
      <LiveLine />
      <AppShell
        header={{ height: 48 }}
        navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !open } }}
        padding={0}
        transitionDuration={0}
      >
        <AppShell.Header>
          <div className="top">
            <Burger
              opened={open}
              onClick={menu.toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Navigation"
            />
            <Link to="/jobs" className="brand" aria-label="LyftData: jobs">
              <img src="/icon.svg" alt="" />
              <span>LyftData</span>
            </Link>
            <button type="button" className="finder" onClick={finder.open}>
              <span className="row" style={{ flexWrap: 'nowrap' }}>
                <IconSearch size={15} aria-hidden="true" /> Find
              </span>
              <kbd>Ctrl K</kbd>
            </button>
            <div style={{ flex: 1 }} />
            <LiveWord />
            <ColourSwitch />
            <UserMenu />
          </div>
        </AppShell.Header>
        <AppShell.Navbar aria-label="Main">
          <Group name="Build">
            <NavLink to="/jobs" icon={<IconRoute size={17} />} word="Jobs" />
            <NavLink to="/reference" icon={<IconBook2 size={17} />} word="Reference" />
          </Group>
          <Group name="Run">
            <NavLink to="/workers" icon={<IconServer2 size={17} />} word="Workers" />
          </Group>
          <Group name="Observe">
            <NavLink to="/logs" icon={<IconFileText size={17} />} word="Logs" />
          </Group>
          <Group name="Settings">
            <NavLink to="/settings/contexts" icon={<IconBraces size={17} />} word="Contexts" />
          </Group>
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1}>
          <Outlet />
        </AppShell.Main>
      </AppShell>
      <Palette opened={finding} onClose={finder.close} />
    </>
  );
}

function focusSearch(otherwise: () => void): void {
  const field = document.querySelector<HTMLInputElement>('input[data-search]');
  if (field) field.focus();
  else otherwise();
}

/** A session that ended shows as a null user after the next refusal: go and sign in. */
function useSignInAgain(): void {
  const navigate = useNavigate();
  const user = useQuery(me);
  const href = useRouterState({ select: (state) => state.location.href });
  const ended = user.data === null;
  useEffect(() => {
    if (ended) void navigate({ to: '/login', search: { next: href } });
  }, [ended, navigate, href]);
}

function Group({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <div className="nav-group">{name}</div>
      {children}
    </div>
  );
}

function NavLink({ to, icon, word }: { to: string; icon: ReactNode; word: string }) {
  return (
    <Link to={to} className="nav-link" activeOptions={{ includeSearch: false }}>
      <span aria-hidden="true" style={{ display: 'inline-flex' }}>
        {icon}
      </span>
      {word}
    </Link>
  );
}

function LiveLine() {
  const status = useLiveStatus();
  return <div className="live-line" data-state={status.state} aria-hidden="true" />;
}

function LiveWord() {
  const status = useLiveStatus();
  const since = clock(new Date(status.since).toISOString()).slice(0, 8);
  const words = {
    live: 'Live',
    connecting: 'Connecting',
    'catching-up': 'Catching up',
    offline: `Offline since ${since}`,
  };
  return (
    <span
      className="live-word"
      data-state={status.state}
      role="status"
      title={
        status.state === 'offline'
          ? 'What you see may be old. The page connects again by itself.'
          : 'News comes by itself.'
      }
    >
      {words[status.state]}
    </span>
  );
}

function ColourSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signs = {
    light: <IconSun size={16} />,
    dark: <IconMoon size={16} />,
    auto: <IconDeviceDesktop size={16} />,
  };
  return (
    <Menu position="bottom-end" width={170}>
      <Menu.Target>
        <Button variant="subtle" size="compact-sm" px={6} aria-label="Colours" color="gray">
          {signs[colorScheme]}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={signs.auto} onClick={() => setColorScheme('auto')}>
          As the system
        </Menu.Item>
        <Menu.Item leftSection={signs.light} onClick={() => setColorScheme('light')}>
          Light
        </Menu.Item>
        <Menu.Item leftSection={signs.dark} onClick={() => setColorScheme('dark')}>
          Dark
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function UserMenu() {
  const user = useQuery(me).data;
  const client = useQueryClient();
  const navigate = useNavigate();
  const leave = async () => {
    await call('POST', '/api/auth/logout');
    client.clear();
    await navigate({ to: '/login' });
  };
  if (!user) return null;
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <Button
          variant="subtle"
          size="compact-sm"
          color="gray"
          leftSection={<IconUser size={16} />}
          aria-label={`Signed in as ${user.name}`}
        >
          <span className="wide-only">{user.name}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {user.name}, {user.role}
        </Menu.Label>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
