import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deadLinks } from './markdown.fixture.js';

const root = new URL('../../../', import.meta.url);
const pages = ['README.md', ...readdirSync(new URL('docs/', root)).filter(isPage)];

function isPage(name: string): boolean {
  return name.endsWith('.md');
}

const addressOf = (name: string) => new URL(name === 'README.md' ? name : `docs/${name}`, root);
const textOf = (name: string) => readFileSync(addressOf(name), 'utf8');

describe.each(pages)('%s', (name) => {
  it('has links that lead somewhere', () => {
    expect(deadLinks(textOf(name), addressOf(name))).toEqual([]);
  });
});
