import { createTheme, type CSSVariablesResolver, type ModalProps, type TooltipProps } from '@mantine/core';
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
  // Not by `Modal.extend`, which would bring both to pages that have neither.
  components: {
    // Its `<header>` would be a second banner of the page.
    Modal: { defaultProps: { attributes: { header: { role: 'presentation' } } } satisfies Partial<ModalProps> },
    // For fingers and keyboards, too, not for a mouse only.
    Tooltip: { defaultProps: { events: { hover: true, focus: true, touch: true } } satisfies Partial<TooltipProps> },
  },
  fontFamily: tokens.fontFamily,
  headings: {
    fontWeight: '650',
    sizes: { h1: { fontSize: '1.625rem', lineHeight: '1.25' }, h2: { fontSize: '1.0625rem', lineHeight: '1.4' } },
  },
});

type Ground = Readonly<Record<'dimmed' | 'error' | 'danger' | 'dangerHover', string>>;

const variablesOf = ({ dimmed, error, danger, dangerHover }: Ground) => ({
  '--mantine-color-dimmed': dimmed,
  '--mantine-color-error': error,
  '--mantine-color-red-filled': danger,
  '--mantine-color-red-filled-hover': dangerHover,
});

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...variablesOf(tokens.light),
    '--mantine-color-teal-light-color': tokens.light.done,
    '--mantine-color-yellow-light-color': tokens.light.attention,
    '--mantine-color-orange-light-color': tokens.light.attention,
  },
  dark: variablesOf(tokens.dark),
});
