/** How a number is shown: a share as a percentage, bytes, or plainly. */
export type Unit = 'share' | 'bytes' | 'ms' | 'rate' | undefined;

/** A number for readers, with its unit; an en dash where there is none. */
export function shown(value: number | null | undefined, unit?: Unit): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (unit === 'share') return `${(100 * value).toFixed(1)} %`;
  if (unit === 'bytes') return bytes(value);
  if (unit === 'ms') return `${plain(value)} ms`;
  return plain(value);
}

/** The same on an axis, where space is short. */
export function onAxis(value: number, unit?: Unit): string {
  if (unit === 'share') return `${Number((100 * value).toFixed(2))} %`;
  if (unit === 'bytes') return bytes(value);
  return plain(value);
}

function plain(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1e5 || size < 1e-3) {
    const [digits, exponent] = value.toExponential(2).split('e');
    return `${Number(digits)}e${Number(exponent)}`;
  }
  if (Number.isInteger(value)) return value.toLocaleString('en');
  return String(Number(value.toPrecision(4)));
}

const STEPS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

function bytes(value: number): string {
  const step = Math.min(STEPS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, value)) / 10)));
  return `${Number((value / 1024 ** step).toPrecision(3))} ${STEPS[step]}`;
}

/** Seconds as `8 s`, `2 min 05 s`, `1 h 03 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const pad = (value: number) => String(value).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}
