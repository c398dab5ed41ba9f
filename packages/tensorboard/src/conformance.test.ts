import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describePlugin } from '@evenkeel/trainer-testing';
import { afterAll } from 'vitest';
import { tensorBoard } from './tensor-board.js';

const folder = mkdtempSync(join(tmpdir(), 'evenkeel-'));
afterAll(() => rmSync(folder, { recursive: true }));

describePlugin('tensorBoard', () => tensorBoard({ folder }), {
  observer: true,
  wrongOptions: [
    {
      what: 'no folder',
      make: () => tensorBoard({} as never),
      code: 'TENSORBOARD_BAD_OPTION',
      option: 'folder',
    },
    {
      what: 'never',
      make: () => tensorBoard({ folder, everySteps: 0 }),
      code: 'TENSORBOARD_BAD_OPTION',
      option: 'everySteps',
    },
  ],
});
