import { runCommand } from '@evenkeel/tensorflow-node/cli';
import { describe, expect, it, vi } from 'vitest';
import { compareCommand } from './compare-command.js';
import { METHOD_NAMES, methodOf } from './methods.js';
import { commandOf, identityOf, readGridSettings } from './settings.js';
import type { Precision } from './settings.js';

describe('the command line', () => {
  it('has defaults for everything', () => {
    expect(readGridSettings([])).toMatchObject({
      data: 'fashion-mnist-lt',
      imbalance: 100,
      seeds: [1],
      epochs: 10,
      validation: 0.1,
      out: 'runs/fashion-mnist-lt-if100',
    });
    expect(readGridSettings(['--data', 'folder']).out).toBe('runs/compare-folder');
    expect(readGridSettings(['--recipe', 'ldam']).epochs).toBe(200);
  });

  it('is what commandOf writes, folders apart', () => {
    const argv =
      '--data cifar100-lt --imbalance 50 --epochs 7 --validation 0.2 --limit 900 --methods la,ce --seeds 3,1';
    const settings = readGridSettings(argv.split(' '));
    expect(commandOf(settings, settings.methods, settings.seeds)).toBe(
      `npx evenkeel compare ${argv.replace('cifar100-lt', 'cifar100-lt --data-dir DIR')} --out DIR`,
    );
    expect(identityOf(settings)).toEqual({
      data: 'cifar100-lt',
      imbalance: 50,
      recipe: 'quick',
      epochs: 7,
      validation: 0.2,
      limit: 900,
      precision: 'float32',
    });
  });

  it('has what the lists of ImageNet-LT have, and its published recipe', () => {
    const words =
      '--data imagenet-lt --recipe imagenet-lt --size 112 --network resnet10 --partial --methods ce';
    const settings = readGridSettings(words.split(' '));
    expect(settings).toMatchObject({ imbalance: 256, epochs: 90, validation: 'list' });
    expect(settings.out).toBe('runs/imagenet-lt-if256');
    const command = commandOf(settings, settings.methods, settings.seeds);
    const again = command.replace('npx evenkeel compare ', '').split(' ');
    expect(identityOf(readGridSettings(again))).toEqual(identityOf(settings));
    expect(identityOf(settings)).toMatchObject({ size: 112, network: 'resnet10', partial: true });
  });

  it('names the precision only where it is another than the default', () => {
    const settings = readGridSettings([]);
    const written = (precision: Precision | undefined) => commandOf({ ...settings, precision }, ['ce'], [1]);
    expect(settings.precision).toBe('float32');
    expect(written('float32')).not.toContain('--precision');
    expect(written(undefined)).toBe(written('float32'));
    expect(written('bfloat16')).toContain(' --precision bfloat16 --methods ce ');
  });

  it.each([
    [['--seeds', '1,1'], 'Expected different names'],
    [['--seeds', '1,x'], 'Expected a whole number of at least 0'],
    [['--epochs', '1.5'], 'Expected a whole number of at least 1'],
    [['--validation', '0.9'], 'Expected a fraction from 0 to 0.5'],
    [['--data', 'mnist'], 'Allowed choices are'],
    [
      ['--size', '32'],
      '--size and --network are for images in files (tiny-imagenet-lt, imagenet-lt, folder)',
    ],
    [['--data', 'tiny-imagenet-lt', '--partial'], '--partial is for imagenet-lt'],
    [['--validation', 'list'], 'received --data fashion-mnist-lt: expected a fraction'],
    [['--bad-images', 'skip'], '--bad-images skip is for folder'],
    [['--data', 'imagenet-lt', '--validation', '0.1'], 'expected --validation list or 0, received 0.1'],
    [['--data', 'imagenet-lt', '--imbalance', '100'], 'have imbalance 256: leave --imbalance 100 away'],
    [['--precision', 'float8'], 'Allowed choices are float32, bfloat16'],
    [['surplus'], 'too many arguments'],
  ])('refuses %j', async (argv, problem) => {
    const written: string[] = [];
    const write = vi
      .spyOn(process.stderr, 'write')
      .mockImplementation((text) => written.push(String(text)) > 0);
    try {
      await runCommand(compareCommand({ typed: 'npm run reproduce --' }), argv);
      expect(process.exitCode).toBe(2);
      expect(written.join('')).toContain(problem);
      expect(written.join('')).toContain('npm run reproduce -- --help');
    } finally {
      process.exitCode = undefined;
      write.mockRestore();
    }
  });

  it('has help that names every option and method', () => {
    let text = '';
    compareCommand({ data: 'cifar10-lt' })
      .configureOutput({ writeOut: (part) => void (text += part) })
      .outputHelp();
    const options =
      '--data --data-dir --methods --seeds --epochs --validation --precision --out --table --list --json';
    for (const word of [...options.split(' '), ...METHOD_NAMES]) expect(text).toContain(word);
    expect(text).toContain('default: "cifar10-lt"');
  });

  it('knows the methods by name', () => {
    expect(METHOD_NAMES.slice(0, 2)).toEqual(['ce', 'la']);
    expect(methodOf('ce').summary).toBe('plain cross-entropy');
    expect(() => methodOf('whitenn')).toThrow(/COMPARE_UNKNOWN_METHOD.*'whitenn'.*'whiten\+la'/s);
  });
});
