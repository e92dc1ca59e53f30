/** A colour in light and in dark surroundings. */
interface Shade {
  readonly light: string;
  readonly dark: string;
}

// Hues that stay apart for colour-blind readers and on both backgrounds; the last is for what has no colour of its own.
const SERIES: readonly Shade[] = [
  { light: '#3b6fc4', dark: '#6f9be8' },
  { light: '#e08214', dark: '#f0a04b' },
  { light: '#2a9d76', dark: '#4fc79c' },
  { light: '#c2447f', dark: '#e878ac' },
  { light: '#7b55b8', dark: '#a98ae0' },
  { light: '#b3a01c', dark: '#d6c64a' },
  { light: '#2f9fb8', dark: '#5cc6dd' },
  { light: '#a2503c', dark: '#d08268' },
  { light: '#6b8f23', dark: '#9bc14f' },
  { light: '#e26d6d', dark: '#f29a9a' },
];
const GREY: Shade = { light: '#8d939b', dark: '#868d96' };
const INK: Shade = { light: '#1f242b', dark: '#e4e7eb' };
const FAINT: Shade = { light: '#59616b', dark: '#a3abb5' };
const GRID: Shade = { light: '#dfe2e6', dark: '#363c44' };
const PAPER: Shade = { light: '#ffffff', dark: '#15181c' };

const NAMED: readonly (readonly [name: string, shade: Shade])[] = [
  ...SERIES.map((shade, index): readonly [string, Shade] => [`c${index}`, shade]),
  ['grey', GREY],
  ['ink', INK],
  ['faint', FAINT],
  ['grid', GRID],
  ['paper', PAPER],
];

/** The colours that charts are drawn with: of light surroundings, replaced by variables in the finished drawing. */
export const COLOURS = {
  series: SERIES.map((shade) => shade.light),
  grey: GREY.light,
  ink: INK.light,
  faint: FAINT.light,
  grid: GRID.light,
  paper: PAPER.light,
} as const;

const VARIABLES: ReadonlyMap<string, string> = new Map(
  NAMED.map(([name, shade]) => [shade.light, `var(--${name})`]),
);

/** The CSS variable that stands for a colour of `COLOURS`; any other colour stands for itself. */
export function colourVariable(colour: string): string {
  return VARIABLES.get(colour) ?? colour;
}

/** Declarations of the variables, for `:root`. */
export function colourDeclarations(scheme: 'light' | 'dark'): string {
  return NAMED.map(([name, shade]) => `--${name}:${shade[scheme]}`).join(';');
}

/** Gives each name a colour of its own, in order; names beyond the palette are grey, as is `grey` itself. */
export function assignColours(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name, index) => [name, COLOURS.series[index] ?? COLOURS.grey]));
}
