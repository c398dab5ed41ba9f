import { endToEnd } from '@evenkeel/end-to-end';
import { runProgram } from 'evenkeel';
import { trainCommand } from 'evenkeel/train';

// The main job, `npm start`: two methods by what each adds to plain training. The second has the paper's four modules.
await runProgram(
  trainCommand({
    typed: 'npm start --',
    methods: { baseline: () => [], 'end-to-end': () => endToEnd() },
  }),
);
