// Loads every entry of every installed package of ours, and says how many there were.
import { readdirSync, readFileSync } from 'node:fs';

const own = new URL('./node_modules/@evenkeel/', import.meta.url);
let loaded = 0;
for (const folder of readdirSync(own)) {
  const { name, exports } = JSON.parse(readFileSync(new URL(`${folder}/package.json`, own), 'utf8'));
  for (const subpath of Object.keys(exports).filter((key) => key !== './package.json')) {
    const entry = await import(name + subpath.slice(1));
    if (Object.keys(entry).length === 0) throw new Error(`${name}${subpath.slice(1)} exports nothing`);
    loaded += 1;
  }
}
console.log(`loaded ${loaded}`);
