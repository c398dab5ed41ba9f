import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '@evenkeel/trainer-core';
import type { RandomStream } from '@evenkeel/trainer-core';
import type { Case } from '../outcome.js';
import { runProgram } from '../run-program.js';
import { caseFolder } from '../scene.js';
import type { Scene } from '../scene.js';

/** Checkpoints with flipped bits, cut, padded and forged ones: each is refused by a coded error, in little memory. */
export async function damagedFiles(scene: Scene, seed: number): Promise<readonly Case[]> {
  const folder = caseFolder(scene, 'damaged');
  const checkpoints = join(scene.references.get(1)!.folder, 'checkpoints');
  const whole = readFileSync(
    join(
      checkpoints,
      readdirSync(checkpoints)
        .filter((name) => /^step.*rs$/.test(name))
        .at(-1)!,
    ),
  );
  const random = createRandom(seed, 'damage');
  const flips = scene.long ? 2000 : 100;
  const made: [string, Uint8Array][] = [
    ...Array.from({ length: flips }, (_, at): [string, Uint8Array] => [`flip-${at}`, flipped(whole, random)]),
    ...Array.from({ length: flips / 4 }, (_, at): [string, Uint8Array] => [
      `cut-${at}`,
      whole.subarray(0, random.integer(whole.length)),
    ]),
    ['longer', Buffer.concat([whole, Buffer.from('x')])],
    ['zeros', Buffer.alloc(whole.length)],
    ...hostile(),
  ];
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of made) writeFileSync(join(folder, `${name}.safetensors`), bytes);
  copyFileSync(
    join(
      checkpoints,
      readdirSync(checkpoints)
        .filter((name) => /^step.*rs$/.test(name))
        .at(-1)!,
    ),
    join(folder, 'whole.safetensors'),
  );
  const { out, err } = await runProgram(scene.programs['resume-all'], [folder], { timeoutMs: 600_000 });
  const told = new Map(
    out
      .trim()
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([name, ...rest]) => [name, rest.join(' ')]),
  );
  return ['whole', ...made.map(([name]) => name)].map((name): Case => {
    const came = told.get(`${name}.safetensors`);
    if (name === 'whole') return { name, outcome: came === 'resumed' ? 'equal' : 'wrong', detail: came };
    if (came === undefined) return { name, outcome: 'raw', detail: err.slice(0, 300) };
    if (came.startsWith('TRAINER_')) return { name, outcome: 'refused' };
    return { name, outcome: came === 'resumed' ? 'wrong' : 'raw', detail: came };
  });
}

function flipped(whole: Uint8Array, random: RandomStream): Uint8Array {
  const bytes = Uint8Array.from(whole);
  bytes[random.integer(bytes.length)] ^= 1 << random.integer(8);
  return bytes;
}

/** Headers that somebody wrote to do harm. */
function hostile(): [string, Uint8Array][] {
  const megabyte = 1 << 20;
  const overlap = Object.fromEntries(
    Array.from({ length: 3000 }, (_, at) => [
      `t${at}`,
      { dtype: 'F32', shape: [megabyte], data_offsets: [0, 4 * megabyte] },
    ]),
  );
  const headers: [string, unknown, number][] = [
    ['null', null, 0],
    ['a list', [], 0],
    ['null entry', { a: null }, 0],
    ['overlap', overlap, 4 * megabyte],
    ['huge shape', { a: { dtype: 'F32', shape: [2 ** 40, 2 ** 40], data_offsets: [0, 4] } }, 4],
    ['no metadata', {}, 0],
    ['metadata of numbers', { __metadata__: { format: 1 } }, 0],
    ['prototype', JSON.parse('{"__proto__": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}'), 4],
  ];
  const file = (text: string, data: number) => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(Buffer.byteLength(text)));
    return Buffer.concat([length, Buffer.from(text), Buffer.alloc(data)]);
  };
  return [
    ...headers.map(([name, header, data]): [string, Uint8Array] => [
      name.replaceAll(' ', '-'),
      file(JSON.stringify(header), data),
    ]),
    ['deep', file('['.repeat(5_000_000), 0)],
    ['long-header', Buffer.from('ffffffffffffff7f', 'hex')],
  ];
}
