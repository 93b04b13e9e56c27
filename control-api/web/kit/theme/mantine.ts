import { createTheme, type CSSVariablesResolver } from '@mantine/core';
import { tokens } from './tokens.ts';

/** The tokens as a Mantine theme. */
export const theme = createTheme({
  primaryColor: 'brand',
  primaryShade: { light: 7, dark: 6 },
  colors: { brand: tokens.brand, dark: tokens.ink },
  spacing: tokens.spacing,
  radius: tokens.radii,
  defaultRadius: 'md',
  cursorType: 'pointer',
  autoContrast: true,
  fontFamily: tokens.fontFamily,
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: '1.625rem', lineHeight: '1.25' }, h2: { fontSize: '1.0625rem', lineHeight: '1.4' } },
  },
});

const variablesOf = ({ dimmed, error }: Readonly<Record<'dimmed' | 'error', string>>) => ({
  '--mantine-color-dimmed': dimmed,
  '--mantine-color-error': error,
});

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: variablesOf(tokens.light),
  dark: variablesOf(tokens.dark),
});
