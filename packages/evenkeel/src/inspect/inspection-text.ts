import { countsPicture } from './counts-picture.js';
import type { Inspection } from './inspection.js';
import type { SameImages } from './same-images.js';

/** So many of a list are told; `--json` has all. */
const MOST_LISTED = 8;

/** What was found, for people, in a terminal of `columns` characters. */
export function inspectionText(found: Inspection, columns: number, every: number): string {
  return [
    headOf(found),
    countsPicture(found.classes, columns).join('\n'),
    shotsOf(found),
    blocksOf(found),
    batchesText(found, every),
    ...(found.broken ? [brokenText(found.broken)] : []),
    ...(found.same ? sameTexts(found) : ['No image was opened (--no-images).']),
  ].join('\n\n');
}

function headOf({ data, notes, images: { train, validation, test }, classes }: Inspection): string {
  const held = validation === null ? '' : `, ${grouped(validation)} validation images`;
  const head = `${data}: ${grouped(train)} training images in ${classes.length} classes${held}, ${grouped(test)} test images`;
  return [head, ...notes.map((note) => `  ${note}`)].join('\n');
}

function shotsOf({ classes, imbalance }: Inspection): string {
  const counts = classes.map(({ count }) => count);
  const groups = (['many', 'medium', 'few'] as const).map((shot) => {
    const members = classes.filter((one) => one.shot === shot);
    const images = members.reduce((sum, { count }) => sum + count, 0);
    return `${shot}-shot ${counted(members.length, 'class', 'classes')} (${counted(images, 'image', 'images')})`;
  });
  const least = Math.min(...counts.filter((count) => count > 0));
  return (
    `Imbalance factor ${rounded(imbalance)}: ${grouped(Math.max(...counts))} images in the largest class, ` +
    `${grouped(least)} in the smallest.\nShots: ${groups.join(', ')}.`
  );
}

function blocksOf({ batches: { blocks } }: Inspection): string {
  const lines = blocks.map(({ classes, images, most, least }, at) => {
    const range = most === least ? grouped(most) : `${grouped(most)} to ${grouped(least)}`;
    return `  block ${at + 1}: ${counted(classes.length, 'class', 'classes')} of ${range} images, ${grouped(images)} in all: ${listed(classes, ', ')}`;
  });
  return ['Blocks of B3RS, equally wide in log n:', ...lines].join('\n');
}

function batchesText({ batches: { batches, table } }: Inspection, every: number): string {
  const { base = 0, embedded = 0 } = batches;
  const head =
    `An epoch of BET, a balanced batch of B3RS after every ${every} base batches: ` +
    `${base + embedded} batches, ${embedded} of them embedded.`;
  return `${head}\n${table}`;
}

function brokenText(broken: readonly string[]): string {
  if (broken.length === 0) return 'Broken images: none.';
  return `Broken images: ${broken.length}. Mend or remove them, or train with --bad-images skip.\n${items(broken)}`;
}

function sameTexts({ same = [], classes }: Inspection): string[] {
  const shown = ({ images }: SameImages) =>
    images.map(({ name, part, label }) => `${name} (${part}, ${classes[label].name})`).join(' = ');
  const parts = same.filter((group) => group.parts);
  const labels = same.filter((group) => group.labels);
  const others = same.filter((group) => !group.parts && !group.labels);
  return [
    parts.length === 0
      ? 'The same image in two parts: none.'
      : `The same image in two parts: ${parts.length}. What is trained on is then measured on: remove one of each.\n` +
        items(parts.map(shown)),
    labels.length === 0
      ? 'The same image under two labels: none.'
      : `The same image under two labels: ${labels.length}. One of each is wrong, or an image has two classes.\n` +
        items(labels.map(shown)),
    ...(others.length === 0
      ? []
      : [`Copies within a class and part: ${others.length}.\n${items(others.map(shown))}`]),
  ];
}

function items(lines: readonly string[]): string {
  const more =
    lines.length > MOST_LISTED ? [`  … and ${lines.length - MOST_LISTED} more (--json lists all)`] : [];
  return [...lines.slice(0, MOST_LISTED).map((line) => `  ${line}`), ...more].join('\n');
}

function listed(names: readonly string[], separator: string): string {
  const rest = names.length - MOST_LISTED;
  return names.slice(0, MOST_LISTED).join(separator) + (rest > 0 ? ` … and ${rest} more` : '');
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

function rounded(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 });
}

function counted(count: number, one: string, several: string): string {
  return `${grouped(count)} ${count === 1 ? one : several}`;
}
