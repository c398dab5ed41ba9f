import { expect, it } from 'vitest';
import { parsePluginName } from './plugin-name.js';

it.each([
  ['label-noise', 'label-noise', 'labelNoise', 'LabelNoise', 'LABEL_NOISE'],
  ['@lab/mixup2', 'mixup2', 'mixup2', 'Mixup2', 'MIXUP2'],
  ['@my.lab/top-2-gap', 'top-2-gap', 'top2Gap', 'Top2Gap', 'TOP_2_GAP'],
])('takes %s apart', (name, short, factory, type, code) => {
  expect(parsePluginName(name)).toEqual({ package: name, short, factory, type, code });
});

it.each([
  ['', 'there is no word'],
  ['Label', "'Label' is no such word"],
  ['label_noise', "'label_noise' is no such word"],
  ['2-labels', "'2-labels' is no such word"],
  ['../label', 'it is not the name of a package'],
  ['@lab/a/b', 'it is not the name of a package'],
  ['@/label', 'it is not the name of a package'],
  ['@lab/', 'there is no word'],
  ['errors', "'errors' is a word that has a meaning already"],
  ['function', "'function' is a word that has a meaning already"],
  ['n'.repeat(101), 'it is longer than 100 characters'],
])('refuses %j', (name, problem) => {
  expect(() => parsePluginName(name)).toThrow(problem);
  expect(() => parsePluginName(name)).toThrow('CREATE_BAD_NAME');
});
