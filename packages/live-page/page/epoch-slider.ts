import { h } from './dom.js';
import { shownRuns } from './runs.js';

let sliders = 0;

/** Chooses the epoch whose matrices and lists are shown: at its right end the newest, also while new ones come. */
export class EpochSlider {
  readonly element: HTMLElement;
  readonly #keys: readonly string[];
  readonly #input: HTMLInputElement;
  readonly #output = h('output');
  #epochs: readonly number[] = [];
  #changed: () => void = () => undefined;

  /** `keys`: the lists whose epochs can be chosen. */
  constructor(keys: readonly string[]) {
    this.#keys = keys;
    const id = `epoch-${++sliders}`;
    this.#input = h('input', { type: 'range', min: 0, max: 0, value: 0, id });
    this.#input.addEventListener('input', () => this.#tell());
    this.element = h('p', { class: 'slider' }, h('label', { for: id }, 'Epoch'), this.#input, this.#output);
  }

  /** The chosen epoch, counted from 0. */
  get epoch(): number {
    return this.#epochs[Number(this.#input.value)] ?? Infinity;
  }

  /** Who draws what was chosen. */
  listen(changed: () => void): void {
    this.#changed = changed;
  }

  /** Takes note of new epochs. */
  update(): void {
    const found = shownRuns().flatMap(({ record }) =>
      this.#keys.flatMap(
        (key) =>
          record.lists
            .get(key)
            ?.all()
            .map(({ epoch }) => epoch) ?? [],
      ),
    );
    const atEnd = Number(this.#input.value) === this.#epochs.length - 1 || this.#epochs.length === 0;
    const { epoch } = this;
    this.#epochs = [...new Set(found)].sort((a, b) => a - b);
    const last = Math.max(0, this.#epochs.length - 1);
    this.#input.max = String(last);
    const place = this.#epochs.findLastIndex((each) => each <= epoch);
    this.#input.value = String(atEnd ? last : Math.max(0, place));
    this.element.hidden = this.#epochs.length < 2;
    this.#show();
  }

  #tell(): void {
    this.#show();
    this.#changed();
  }

  #show(): void {
    const newest = Number(this.#input.value) === this.#epochs.length - 1 ? ' (newest)' : '';
    const text = this.#epochs.length > 0 ? `${this.epoch + 1}${newest}` : '';
    this.#output.textContent = text;
    this.#input.setAttribute('aria-valuetext', `epoch ${text}`);
  }
}
