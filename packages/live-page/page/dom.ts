type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element with attributes and children; texts become text nodes, so that no name is ever markup. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string | false | undefined)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== false && child !== undefined));
  return element;
}

/** The element with an id that the page has. */
export function byId<Found extends HTMLElement>(id: string): Found {
  return document.getElementById(id) as Found;
}

const SVG = 'http://www.w3.org/2000/svg';

/** A short piece of a line, or a point (a ring where lines would be dashed), as a legend shows it. */
export function sample(colour: string, dash: readonly number[] | undefined, point: boolean): SVGSVGElement {
  const mark = point
    ? svg('circle', { cx: 5, cy: 5, r: 3.5, stroke: colour, 'stroke-width': 2, fill: dash ? 'none' : colour })
    : svg('line', {
        x1: 0,
        x2: 18,
        y1: 5,
        y2: 5,
        stroke: colour,
        'stroke-width': 2.5,
        'stroke-dasharray': dash?.join(' ') ?? '',
      });
  const picture = svg('svg', { width: point ? 10 : 18, height: 10, 'aria-hidden': 'true', class: 'sample' });
  picture.append(mark);
  return picture;
}

function svg<Tag extends 'svg' | 'line' | 'circle'>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number>>,
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
