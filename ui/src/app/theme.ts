import { createTheme, type MantineColorsTuple } from '@mantine/core';

const accent: MantineColorsTuple = [
  '#eaf5fa',
  '#d5e8f0',
  '#a8d0e1',
  '#78b7d2',
  '#52a2c5',
  '#3a95be',
  '#22779b',
  '#1c6383',
  '#155069',
  '#0d3e53',
];

/** Neutral, dense, one accent. State colours live in states.css, not here. */
export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  colors: {
    accent,
    dark: [
      '#d3d6da',
      '#b4b8be',
      '#9aa0a8',
      '#6b727b',
      '#3f454d',
      '#33383f',
      '#24282e',
      '#1a1d21',
      '#131619',
      '#0d0f11',
    ],
  },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", "Liberation Sans", Roboto, sans-serif',
  fontFamilyMonospace:
    'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  defaultRadius: 'sm',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs' } },
    Popover: { defaultProps: { shadow: 'md', transitionProps: { duration: 100 } } },
    Modal: { defaultProps: { transitionProps: { duration: 100 } } },
    TextInput: { defaultProps: { size: 'xs' } },
    NativeSelect: { defaultProps: { size: 'xs' } },
    Table: { defaultProps: { verticalSpacing: 6, horizontalSpacing: 'sm', fz: 13 } },
  },
});
