import { byId } from './dom.js';

/** Colours that charts are drawn in; read again when the theme changes. */
export interface Palette {
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly surface: string;
  readonly bar: string;
  /** Runs, in their order. */
  readonly runs: readonly string[];
  /** Shot groups. */
  readonly many: string;
  readonly medium: string;
  readonly few: string;
  readonly dark: boolean;
}

const KEY = 'evenkeel-theme';
let palette: Palette | undefined;

/** The colours of the present theme. */
export function colours(): Palette {
  return (palette ??= readPalette());
}

/** Sets the theme up, and calls `changed` whenever it changes: by its menu, by the system, or for printing. */
export function setUpTheme(changed: () => void): void {
  const menu = byId<HTMLSelectElement>('theme');
  const apply = (theme: string) => {
    document.documentElement.dataset.theme = theme;
    palette = undefined;
    changed();
  };
  menu.value = remembered();
  apply(menu.value);
  menu.addEventListener('change', () => {
    remember(menu.value);
    apply(menu.value);
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => apply(menu.value));
  addEventListener('beforeprint', () => apply('light'));
  addEventListener('afterprint', () => apply(menu.value));
}

/** A page from disk may have no storage. */
function remembered(): string {
  try {
    const theme = localStorage.getItem(KEY) ?? 'auto';
    return ['light', 'dark'].includes(theme) ? theme : 'auto';
  } catch {
    return 'auto';
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It holds until the page is closed.
  }
}

/** `#048` as `#004488`, so that a share of opacity can be added. */
function long(colour: string): string {
  return /^#[0-9a-f]{3}$/i.test(colour) ? colour.replace(/[0-9a-f]/gi, '$&$&') : colour;
}

function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => long(style.getPropertyValue(`--${name}`).trim());
  return {
    text: read('text'),
    muted: read('muted'),
    grid: read('grid'),
    surface: read('surface'),
    bar: read('bar'),
    runs: Array.from({ length: 8 }, (_, at) => read(`run-${at}`)),
    many: read('many'),
    medium: read('medium'),
    few: read('few'),
    dark: read('dark') === '1',
  };
}
