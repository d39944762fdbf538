// Colours for a person at a terminal; plain text for everybody else. https://no-color.org

import type { CliPorts } from './ports.ts';

export interface Colors {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  blue(text: string): string;
  cyan(text: string): string;
}

export function createColors(ports: Pick<CliPorts, 'stdout' | 'environment'>): Colors {
  const { NO_COLOR, TERM } = ports.environment;
  const isColored = ports.stdout.isTerminal && !NO_COLOR && TERM !== 'dumb';
  const paint = (open: number, close: number) => (text: string) =>
    isColored && text !== '' ? `\x1b[${open}m${text}\x1b[${close}m` : text;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    yellow: paint(33, 39),
    blue: paint(34, 39),
    cyan: paint(36, 39),
  };
}
