import { Badge, Button, Checkbox, createTheme, Menu, Modal, Tooltip } from '@mantine/core';
import type { CSSVariablesResolver, MantineColorsTuple } from '@mantine/core';

const green: MantineColorsTuple = [
  '#e8f6f0',
  '#d0ebdf',
  '#a4d8c2',
  '#74c4a3',
  '#4db389',
  '#34a877',
  '#22966a',
  '#12835a',
  '#0b6f4d',
  '#04573b',
];

/**
 * Colours that meet WCAG 2.2 AA in light and dark; Mantine's filled blue, dimmed text and light badges do not. Also
 * removes an element from Mantine's menu that ARIA does not allow in a menu.
 */
export const theme = createTheme({
  primaryColor: 'green',
  primaryShade: 8,
  colors: { green },
  autoContrast: true,
  luminanceThreshold: 0.19,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false, shadow: 'md' } }),
    Checkbox: Checkbox.extend({ defaultProps: { size: 'md' } }),
    Badge: Badge.extend({ defaultProps: { variant: 'dot', tt: 'none', fw: 600 } }),
    Button: Button.extend({ defaultProps: { fw: 600 } }),
    Modal: Modal.extend({ defaultProps: { centered: true } }),
    Tooltip: Tooltip.extend({ defaultProps: { withArrow: true } }),
  },
});

/** Mantine's CSS variables for which its theme has no member. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#565d65',
    '--mantine-color-placeholder': '#6b7280',
    '--mantine-color-error': '#c92a2a',
  },
  dark: {
    '--mantine-color-dimmed': '#a8a8a8',
    '--mantine-color-placeholder': '#9a9a9a',
    '--mantine-color-error': '#ff8787',
  },
});
