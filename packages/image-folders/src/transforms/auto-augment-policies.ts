import type { OperationName } from './operations.js';

/** One operation of a policy: with which probability, and at which of ten strengths, 0 .. 9. */
export interface PolicyEntry {
  readonly operation: OperationName;
  readonly chance: number;
  /** 0 where the operation has none. */
  readonly level: number;
}

/** Two operations, one after the other. */
export type SubPolicy = readonly [PolicyEntry, PolicyEntry];

/** Twenty-five sub-policies each, as the paper's tables list them: operation, chance in tenths, level. */
const TABLES = {
  cifar10: `
    Invert 1 7, Contrast 2 6; Rotate 7 2, TranslateX 3 9; Sharpness 8 1, Sharpness 9 3; ShearY 5 8, TranslateY 7 9;
    AutoContrast 5 8, Equalize 9 2; ShearY 2 7, Posterize 3 7; Color 4 3, Brightness 6 7; Sharpness 3 9, Brightness 7 9;
    Equalize 6 5, Equalize 5 1; Contrast 6 7, Sharpness 6 5; Color 7 7, TranslateX 5 8; Equalize 3 7, AutoContrast 4 8;
    TranslateY 4 3, Sharpness 2 6; Brightness 9 6, Color 2 8; Solarize 5 2, Invert 0 3; Equalize 2 0, AutoContrast 6 0;
    Equalize 2 8, Equalize 6 4; Color 9 9, Equalize 6 6; AutoContrast 8 4, Solarize 2 8; Brightness 1 3, Color 7 0;
    Solarize 4 5, AutoContrast 9 3; TranslateY 9 9, TranslateY 7 9; AutoContrast 9 2, Solarize 8 3;
    Equalize 8 8, Invert 1 3; TranslateY 7 9, AutoContrast 9 1`,
  imagenet: `
    Posterize 4 8, Rotate 6 9; Solarize 6 5, AutoContrast 6 5; Equalize 8 8, Equalize 6 3; Posterize 6 7, Posterize 6 6;
    Equalize 4 7, Solarize 2 4; Equalize 4 4, Rotate 8 8; Solarize 6 3, Equalize 6 7; Posterize 8 5, Equalize 10 2;
    Rotate 2 3, Solarize 6 8; Equalize 6 8, Posterize 4 6; Rotate 8 8, Color 4 0; Rotate 4 9, Equalize 6 2;
    Equalize 0 7, Equalize 8 8; Invert 6 4, Equalize 10 8; Color 6 4, Contrast 10 8; Rotate 8 8, Color 10 2;
    Color 8 8, Solarize 8 7; Sharpness 4 7, Invert 6 8; ShearX 6 5, Equalize 10 9; Color 4 0, Equalize 6 3;
    Equalize 4 7, Solarize 2 4; Solarize 6 5, AutoContrast 6 5; Invert 6 4, Equalize 10 8; Color 6 4, Contrast 10 8;
    Equalize 8 8, Equalize 6 3`,
} as const;

/** Which policies there are. */
export type PolicyName = keyof typeof TABLES;

/** The policies that AutoAugment found on CIFAR-10 and on ImageNet (Cubuk et al., CVPR 2019, appendix). */
export const AUTO_AUGMENT_POLICIES: Readonly<Record<PolicyName, readonly SubPolicy[]>> = {
  cifar10: parse(TABLES.cifar10),
  imagenet: parse(TABLES.imagenet),
};

function parse(table: string): SubPolicy[] {
  const entry = (text: string): PolicyEntry => {
    const [operation, tenths, level] = text.trim().split(' ');
    return { operation: operation as OperationName, chance: Number(tenths) / 10, level: Number(level) };
  };
  return table.split(';').map((row) => {
    const [first, second] = row.split(',').map(entry);
    return [first, second];
  });
}
