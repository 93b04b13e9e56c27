/**
 * The look of both apps as plain values: colours, spacing, radii, type. `mantine.ts` makes a Mantine theme of them;
 * what is not made of Mantine reads them here.
 */
export const tokens = {
  /** Light to dark; 7 is the brand on light ground, 6 on dark ground. */
  brand: ['#f7f4ff', '#efe9ff', '#d6c9fd', '#b7a1fa', '#9a7df6', '#8662f2', '#7a4df0', '#683dd6', '#5c35c0', '#4f2ba9'],
  /** Ink instead of neutral greys, to go with the brand; light to dark. */
  ink: ['#dcdae6', '#bfbccd', '#a3a0b3', '#6f6c80', '#3b3848', '#2f2c3a', '#1f1d28', '#191720', '#131219', '#0d0c12'],
  /** Of marks and of the play button. */
  gradient: { from: '#7a4df0', to: '#d83f74', deg: 135 },
  /** Behind the play button, before there is a picture. */
  curtain: 'radial-gradient(circle at 50% 40%, #2a2540, #0b0a10)',
  /** Over a picture that can be played. */
  veil: 'rgb(11 10 16 / 25%)',
  /** Secondary text, errors, what is done and what wants attention on their light grounds, and white on danger have a contrast of at least 4.5:1 on cards and on the page (WCAG 2.2, 1.4.3). */
  light: {
    ground: '#f8f7fb',
    dimmed: '#5f6370',
    error: '#c92a2a',
    danger: '#c92a2a',
    dangerHover: '#a61e1e',
    done: '#05664a',
    attention: '#874100',
  },
  dark: { ground: '#131219', dimmed: '#a3a0b3', error: '#ff8f8f', danger: '#d02f2f', dangerHover: '#b32626' },
  spacing: { xs: '0.625rem', sm: '0.75rem', md: '1rem', lg: '1.25rem', xl: '2rem' },
  radii: { xs: '0.125rem', sm: '0.25rem', md: '0.5rem', lg: '1rem', xl: '2rem' },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif',
} as const;
