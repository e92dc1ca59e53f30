export interface ColourOptions {
  /** ANSI colours; off unless asked for. */
  readonly colour?: boolean;
}

/** How text is made to stand out: with ANSI colours, or not at all. */
export interface TextStyle {
  title(text: string): string;
  faint(text: string): string;
  bar(text: string): string;
  warning(text: string): string;
}

const RESET = '\u001B[0m';

function ansi(code: number): (text: string) => string {
  return (text) => (text === '' ? '' : `\u001B[${code}m${text}${RESET}`);
}

const COLOURED: TextStyle = { title: ansi(1), faint: ansi(2), bar: ansi(36), warning: ansi(33) };

const same = (text: string): string => text;
const PLAIN: TextStyle = { title: same, faint: same, bar: same, warning: same };

export function textStyle(colour: boolean): TextStyle {
  return colour ? COLOURED : PLAIN;
}
