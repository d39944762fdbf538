// Makes elements of the page. Everything shown goes in as text, never as markup: what passages say cannot become
// part of the page.

export type Child = Node | string | undefined;

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | undefined>>,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** The same for drawings. */
export function svgElement(
  tag: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  ...children: readonly Child[]
): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** Outlines on a square of 16, in the colour of the text around. */
const shapes = {
  chevron: 'M5.5 3.5 10 8l-4.5 4.5',
  close: 'M4 4l8 8M12 4l-8 8',
  similar: 'M3.5 6.5c1.5-2 3-2 4.5-.5s3 1.5 4.5-.5M3.5 11c1.5-2 3-2 4.5-.5s3 1.5 4.5-.5',
  check: 'M3.5 8.5l3 3l6-7',
  warning: 'M8 2.5L14.2 13.5H1.8zM8 6.5v3.5M8 11.6v.4',
  clock: 'M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11zM8 5v3.2l2 1.3',
} as const;

export type IconName = keyof typeof shapes;

export function icon(name: IconName): SVGSVGElement {
  const attributes = { viewBox: '0 0 16 16', class: `icon icon-${name}`, 'aria-hidden': 'true' };
  return svgElement('svg', attributes, svgElement('path', { d: shapes[name] })) as SVGSVGElement;
}
