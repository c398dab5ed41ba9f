/** A duration in seconds as a reader wants it: `8s`, `2m 05s`, `1h 03m`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  const whole = Math.max(0, Math.round(seconds));
  const pad = (value: number) => String(value).padStart(2, '0');
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${pad(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h ${pad(Math.floor((whole % 3600) / 60))}m`;
}

/** A share in 0..1 as a percentage with one decimal, `-` when it is not defined. */
export function formatShare(value: unknown): string {
  return typeof value === 'number' ? `${(100 * value).toFixed(1)}%` : '-';
}

/** Memory as a reader wants it: `850 MB`, `2.1 GB` (of 1000 MB). */
export function formatBytes(bytes: number): string {
  const megabytes = bytes / 1e6;
  return megabytes < 1000 ? `${megabytes.toFixed(0)} MB` : `${(megabytes / 1000).toFixed(1)} GB`;
}
