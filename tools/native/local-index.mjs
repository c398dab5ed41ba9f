#!/usr/bin/env node
// A package index on this machine: serves the wheels of a folder as PEP 691 has it, with ranges, so that setups can be tried without
// a network. `node tools/native/local-index.mjs FOLDER [PORT]` prints its address and serves until it is ended.
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

const JSON_PAGE = 'application/vnd.pypi.simple.v1+json';

/** Serves the wheels of a folder, and of the folders in it, on a port of this machine; gives the index's address and what closes it. */
export async function serveWheels(folder, port = 0) {
  const wheels = new Map();
  for (const path of readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.whl'))) {
    const file = join(folder, path);
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk);
    wheels.set(path.split('/').at(-1), { file, size: statSync(file).size, sha256: hash.digest('hex') });
  }
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const project = /^\/simple\/([^/]+)\/$/.exec(pathname)?.[1];
    if (project !== undefined) return sendPage(response, project, wheels);
    const wheel = wheels.get(decodeURIComponent(pathname.replace(/^\/files\//, '')));
    if (wheel === undefined) return response.writeHead(404).end();
    sendFile(request, response, wheel).catch(() => response.destroy());
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = () => (server.closeAllConnections(), server.close());
  return { url: `http://127.0.0.1:${server.address().port}/simple/`, close };
}

function sendPage(response, project, wheels) {
  const files = [...wheels]
    .filter(
      ([name]) =>
        name
          .split('-')[0]
          .toLowerCase()
          .replace(/[-_.]+/g, '-') === project,
    )
    .map(([filename, { size, sha256 }]) => ({
      filename,
      url: `/files/${filename}`,
      size,
      hashes: { sha256 },
    }));
  if (files.length === 0) return response.writeHead(404).end();
  const page = { meta: { 'api-version': '1.1' }, name: project, files };
  response.writeHead(200, { 'content-type': JSON_PAGE }).end(JSON.stringify(page));
}

async function sendFile({ headers }, response, { file, size }) {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  if (from >= size) return response.writeHead(416).end();
  const range = from > 0 ? { 'content-range': `bytes ${from}-${size - 1}/${size}` } : {};
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': size - from, ...range });
  await pipeline(createReadStream(file, { start: from, highWaterMark: 1 << 20 }), response);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, port] = process.argv.slice(2);
  if (folder === undefined) {
    console.error('Usage: node tools/native/local-index.mjs FOLDER [PORT]');
    process.exit(2);
  }
  console.log((await serveWheels(folder, Number(port ?? 0))).url);
}
