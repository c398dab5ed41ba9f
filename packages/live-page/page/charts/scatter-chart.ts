import { h } from '../dom.js';
import { shown } from '../format.js';
import { colours } from '../theme.js';
import type { Chart, ChartTable, Readout } from './chart.js';

/** Points of one kind, with their colour and form. */
export interface PointGroup {
  readonly label: string;
  readonly colour: string;
  readonly form: 'circle' | 'square' | 'triangle';
  readonly points: readonly (readonly [x: number, y: number, what: string])[];
}

/** What a scatter shows. */
export interface ScatterData {
  readonly groups: readonly PointGroup[];
}

const SIDE = 320;
const MARGIN = 14;

/** Points in a square of equal axes. */
export class ScatterChart implements Chart<ScatterData> {
  readonly element = h('div', {
    class: 'matrix',
    tabindex: 0,
    role: 'group',
    'aria-roledescription': 'chart',
  });
  readonly #canvas = h('canvas', { 'aria-hidden': 'true', width: 2 * SIDE, height: 2 * SIDE });
  readonly #legend = h('div', { class: 'scale shapes' });
  readonly #readout: Readout;
  #data: ScatterData = { groups: [] };
  #at = -1;

  constructor(readout: Readout) {
    this.#readout = readout;
    this.element.append(this.#canvas, this.#legend);
    this.#canvas.addEventListener('pointermove', ({ offsetX, offsetY }) => {
      const side = this.#canvas.clientWidth;
      this.#tell(this.#nearest((offsetX / side) * SIDE, (offsetY / side) * SIDE));
    });
    this.#canvas.addEventListener('pointerleave', () => this.#readout([]));
    this.element.addEventListener('blur', () => this.#readout([]));
    this.element.addEventListener('keydown', (event) => {
      const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (move === undefined) return;
      event.preventDefault();
      const { length } = this.#points();
      this.#tell((this.#at + move + length) % Math.max(1, length));
    });
  }

  draw(data?: ScatterData): void {
    if (data) this.#data = data;
    const context = this.#canvas.getContext('2d')!;
    const place = this.#placing();
    context.setTransform(2, 0, 0, 2, 0, 0);
    context.clearRect(0, 0, SIDE, SIDE);
    context.strokeStyle = colours().grid;
    context.strokeRect(0.5, 0.5, SIDE - 1, SIDE - 1);
    for (const { colour, form, points } of this.#data.groups) {
      context.fillStyle = `${colour}cc`;
      context.strokeStyle = colours().surface;
      context.lineWidth = 0.6;
      for (const [x, y] of points) mark(context, form, ...place(x, y));
    }
    this.#legend.replaceChildren(
      ...this.#data.groups.map(({ label, colour, form, points }) => {
        const swatch = h('b', { class: form });
        swatch.style.color = colour;
        return h('span', {}, swatch, `${label} (${points.length})`);
      }),
    );
  }

  summary(): string {
    return this.#data.groups.map(({ label, points }) => `${label}: ${points.length} points`).join('; ');
  }

  table(): ChartTable {
    return {
      head: ['group', 'points', 'centre x', 'centre y', 'spread'],
      rows: this.#data.groups.map(({ label, points }) => {
        const mean = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
        const [x, y] = [mean(0), mean(1)];
        const spread = Math.sqrt(
          points.reduce((sum, point) => sum + (point[0] - x) ** 2 + (point[1] - y) ** 2, 0) / points.length,
        );
        return [label, String(points.length), shown(x), shown(y), shown(spread)];
      }),
    };
  }

  dispose(): void {
    this.element.remove();
  }

  #points() {
    return this.#data.groups.flatMap(({ label, colour, points }) =>
      points.map(([x, y, what]) => ({ x, y, what, label, colour })),
    );
  }

  /** Data to the square's pixels: the largest coordinate touches the edge. */
  #placing(): (x: number, y: number) => [number, number] {
    const points = this.#points();
    const reach = points.reduce((most, { x, y }) => Math.max(most, Math.abs(x), Math.abs(y)), 0) || 1;
    const scale = (SIDE / 2 - MARGIN) / reach;
    return (x, y) => [SIDE / 2 + x * scale, SIDE / 2 - y * scale];
  }

  #nearest(left: number, top: number): number {
    const place = this.#placing();
    let [best, distance] = [-1, 15 ** 2];
    this.#points().forEach(({ x, y }, at) => {
      const [px, py] = place(x, y);
      const far = (px - left) ** 2 + (py - top) ** 2;
      if (far < distance) [best, distance] = [at, far];
    });
    return best;
  }

  #tell(at: number): void {
    this.#at = at;
    const point = this.#points().at(at);
    if (at < 0 || !point) return this.#readout([]);
    const { x, y, what, label, colour } = point;
    this.#readout([{ text: `${what} (${label}) at ${shown(x)}, ${shown(y)}`, colour }]);
  }
}

function mark(context: CanvasRenderingContext2D, form: PointGroup['form'], x: number, y: number): void {
  const r = 3.4;
  context.beginPath();
  if (form === 'circle') context.arc(x, y, r, 0, 2 * Math.PI);
  else if (form === 'square') context.rect(x - r * 0.9, y - r * 0.9, 1.8 * r, 1.8 * r);
  else {
    context.moveTo(x, y - r * 1.2);
    context.lineTo(x + r * 1.1, y + r * 0.8);
    context.lineTo(x - r * 1.1, y + r * 0.8);
    context.closePath();
  }
  context.fill();
  context.stroke();
}
