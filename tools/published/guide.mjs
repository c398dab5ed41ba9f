// What docs/first-plugin.md shows: its faulty and its repaired variant of the plugin, and what the kit says to the faulty one.
import { readFileSync } from 'node:fs';

const guide = readFileSync(new URL('../../docs/first-plugin.md', import.meta.url), 'utf8');

/** The plugin's source with its `setup` replaced by the block of code behind a mark of the guide. */
export function variantOf(source, mark) {
  const [, block] = new RegExp(`<!-- ${mark} -->\\n\\n\`\`\`ts\\n([^]*?)\`\`\``).exec(guide);
  const variant = source.replace(/^ {4}setup\([^]*?^ {4}\},\n/m, () => block);
  if (variant === source)
    throw new Error(`The plugin has no setup that the ${mark} one of the guide could replace.`);
  return variant;
}

/** The failure that the guide shows, on one line. */
export const shownFailure = /```text\n([^]*?)\n```/.exec(guide)[1].replace(/\s+/g, ' ');

/** Numbers in a failure's text are of one machine. */
export const withoutNumbers = (text) => text.replace(/-?\d+(\.\d+)?(e-?\d+)?/g, '#');
