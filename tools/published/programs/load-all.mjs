// Loads every entry of every installed package of ours, and says how many there were.
import { readdirSync, readFileSync } from 'node:fs';

const modules = new URL('./node_modules/', import.meta.url);
const own = readdirSync(new URL('@evenkeel/', modules)).map((folder) => `@evenkeel/${folder}`);
let loaded = 0;
for (const folder of [...own, 'evenkeel']) {
  const { name, exports } = JSON.parse(readFileSync(new URL(`${folder}/package.json`, modules), 'utf8'));
  for (const subpath of Object.keys(exports).filter((key) => key !== './package.json')) {
    const entry = await import(name + subpath.slice(1));
    if (Object.keys(entry).length === 0) throw new Error(`${name}${subpath.slice(1)} exports nothing`);
    loaded += 1;
  }
}
console.log(`loaded ${loaded}`);
