import { exportGraphModel, exportOnnx } from '@evenkeel/tfjs-export';
import { saveGraphModel, saveOnnx } from '@evenkeel/tfjs-export/node';
import type { Trainer } from '@evenkeel/trainer-core';
import type { FormatName } from './export-command.js';

/** Writes the network of a trainer into a folder, in each format; gives the path of the file to load. */
export const FORMATS: Readonly<Record<FormatName, (trainer: Trainer, folder: string) => Promise<string>>> = {
  tfjs: async (trainer, folder) => saveGraphModel(await exportGraphModel(trainer), folder),
  onnx: async (trainer, folder) => saveOnnx(await exportOnnx(trainer), folder),
};
