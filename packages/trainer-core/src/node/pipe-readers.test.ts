import { spawn } from 'node:child_process';
import { closeSync, constants, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { onClosedOutput } from './closed-output.js';
import { PipeReaders } from './pipe-readers.js';

/** The pipe of `sleep 61 | sleep 62`, opened to write, and what ends its reader. */
async function pipeOfShell(): Promise<{ descriptor: number; endReader(): void; end(): void }> {
  const shell = spawn('sh', ['-c', 'sleep 61 | sleep 62'], { detached: true, stdio: 'ignore' });
  const childOf = (seconds: string) =>
    readdirSync('/proc').find((process) => {
      try {
        const [, parent] = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${process}/status`, 'utf8')) ?? [];
        const command = readFileSync(`/proc/${process}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return parent === String(shell.pid) && command === `sleep ${seconds} `;
      } catch {
        return false;
      }
    });
  const [writer, reader] = await vi.waitFor(() => {
    const both = [childOf('61'), childOf('62')];
    if (both.includes(undefined)) throw new Error('not started');
    return both as string[];
  });
  return {
    descriptor: openSync(`/proc/${writer}/fd/1`, 'w'),
    endReader: () => void process.kill(Number(reader), 'SIGKILL'),
    end: () => void process.kill(-shell.pid!, 'SIGKILL'),
  };
}

it.skipIf(process.platform !== 'linux')(
  'sees that the reader of a pipe has ended, without writing',
  async () => {
    const pipe = await pipeOfShell();
    const listener = vi.fn();
    let stop = () => {};
    try {
      const readers = PipeReaders.of(pipe.descriptor)!;
      expect([readers.gone, readers.gone]).toEqual([false, false]);
      let fail: (error: Error) => void = () => {};
      const stream = {
        fd: pipe.descriptor,
        on: (_event: 'error', hear: typeof fail) => void (fail = hear),
        off: () => undefined,
        write(text: string) {
          try {
            writeSync(pipe.descriptor, text);
          } catch (error) {
            fail(error as Error);
          }
        },
      };
      stop = onClosedOutput(listener, [stream]);
      await new Promise((resolve) => setTimeout(resolve, 700));
      expect(listener).not.toHaveBeenCalled();
      pipe.endReader();
      await vi.waitFor(() => expect(listener).toHaveBeenCalledTimes(1), { timeout: 5000 });
      expect(readers.gone).toBe(true);
    } finally {
      stop();
      closeSync(pipe.descriptor);
      pipe.end();
    }
  },
);

it('says nothing of what is no pipe', () => {
  const file = openSync('/dev/null', 'w');
  expect(PipeReaders.of(file)).toBe(undefined);
  expect(PipeReaders.of(9999)).toBe(undefined);
  closeSync(file);
});

it.skipIf(process.platform !== 'linux')(
  'leaves no pipe in what Node remembers of its last stat, or the next import of a linked package would not follow the link',
  async () => {
    const pipe = await pipeOfShell();
    try {
      const { statValues } = (
        process as unknown as { binding(name: 'fs'): { readonly statValues: Float64Array } }
      ).binding('fs');
      statSync('/');
      expect(PipeReaders.of(pipe.descriptor)).toBeDefined();
      expect(statValues[1] & constants.S_IFMT).toBe(constants.S_IFDIR);
    } finally {
      closeSync(pipe.descriptor);
      pipe.end();
    }
  },
);
