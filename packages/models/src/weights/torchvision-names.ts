/** Our name of a layer's variables, by what torchvision and timm call it; `$1` and so on stand for numbers. */
const LAYERS: readonly (readonly [pattern: RegExp, ours: string])[] = [
  [/^conv1$/, 'backbone/stem/conv'],
  [/^bn1$/, 'backbone/stem/norm'],
  [/^layer(\d+)\.(\d+)\.conv(\d)$/, 'backbone/stage$1/block$2/conv$3'],
  [/^layer(\d+)\.(\d+)\.bn(\d)$/, 'backbone/stage$1/block$2/norm$3'],
  [/^layer(\d+)\.(\d+)\.downsample\.0$/, 'backbone/stage$1/block$2/shortcut/conv'],
  [/^layer(\d+)\.(\d+)\.downsample\.1$/, 'backbone/stage$1/block$2/shortcut/norm'],
  [/^fc$/, 'classifier'],
];

const NORM: Readonly<Record<string, string>> = {
  weight: 'gamma',
  bias: 'beta',
  running_mean: 'mean',
  running_var: 'variance',
};

/** Our name of a variable in a weights file of torchvision or timm; undefined where we have none of the kind. */
export function ourNameOf(theirs: string): string | undefined {
  const cut = theirs.lastIndexOf('.');
  const [layer, variable] = [theirs.slice(0, cut), theirs.slice(cut + 1)];
  for (const [pattern, ours] of LAYERS) {
    if (!pattern.test(layer)) continue;
    const path = layer.replace(pattern, ours);
    const plain = variable === 'weight' ? 'kernel' : variable === 'bias' ? 'bias' : undefined;
    const name = path.endsWith('norm') || /norm\d$/.test(path) ? NORM[variable] : plain;
    return name === undefined ? undefined : `${path}/${name}`;
  }
  return undefined;
}
