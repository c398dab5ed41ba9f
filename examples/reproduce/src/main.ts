import { runProgram } from 'evenkeel';
import { compareCommand } from 'evenkeel/compare';

// The grid of methods and seeds, `npm run reproduce`; the methods are METHODS of evenkeel/compare.
await runProgram(compareCommand({ typed: 'npm run reproduce --', data: 'cifar10-lt' }));
