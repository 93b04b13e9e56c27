import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const brand: MantineColorsTuple = [
  '#f7f4ff',
  '#efe9ff',
  '#d6c9fd',
  '#b7a1fa',
  '#9a7df6',
  '#8662f2',
  '#7a4df0',
  '#683dd6',
  '#5c35c0',
  '#4f2ba9',
];

/** Ink instead of the neutral greys, to go with the brand. */
const dark: MantineColorsTuple = [
  '#dcdae6',
  '#bfbccd',
  '#a3a0b3',
  '#6f6c80',
  '#3b3848',
  '#2f2c3a',
  '#1f1d28',
  '#191720',
  '#131219',
  '#0d0c12',
];

export const theme = createTheme({
  primaryColor: 'brand',
  primaryShade: { light: 7, dark: 6 },
  colors: { brand, dark },
  defaultRadius: 'md',
  cursorType: 'pointer',
  autoContrast: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif',
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: '1.625rem', lineHeight: '1.25' }, h2: { fontSize: '1.0625rem', lineHeight: '1.4' } },
  },
});

/** Secondary text and errors with a contrast of at least 4.5:1 on cards and on the page (WCAG 2.2, 1.4.3). */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-dimmed': '#5f6370', '--mantine-color-error': '#c92a2a' },
  dark: { '--mantine-color-dimmed': '#a3a0b3', '--mantine-color-error': '#ff8f8f' },
});
