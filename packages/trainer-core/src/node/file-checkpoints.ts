import { defineOptions, text, whole } from '@evenkeel/errors';
import type { SpecOf } from '@evenkeel/errors';
import { CHECKPOINTS } from '../roles/core-roles.js';
import { definePlugin, PLUGIN_API_VERSION } from '../contract/define-plugin.js';
import type { TrainerPlugin } from '../contract/plugin.js';
import { version } from '../contract/version.js';
import { nodeErrors } from './errors.js';
import { FileStore } from './file-store.js';

/** Where checkpoints go and which are kept. */
export interface FileCheckpointOptions {
  /** Folder of the checkpoints; made when needed. */
  readonly folder: string;
  /** How many of the newest are kept; default 2. */
  readonly keepLast?: number;
  /**
   * The metric whose best value is kept as `best.safetensors`: the highest, of `ece`, `mae`, `rmse` and `loss` the lowest. Default:
   * `all` where there is a validation part, and none where there is not, so that nothing is chosen by test examples unless asked;
   * `false`: none. A metric that is not measured ends the run (`TRAINER_NODE_NO_METRIC`).
   */
  readonly best?: string | false;
  /** Saves after every so many epochs; default 1. */
  readonly everyEpochs?: number;
  /** Saves after every so many steps as well; default: never. */
  readonly everySteps?: number;
}

/** The options of `fileCheckpoints`. */
export const fileCheckpointsOptions = defineOptions('fileCheckpoints', nodeErrors.BAD_OPTION, {
  folder: text('a path').knownAs('path', 'dir'),
  keepLast: whole(1).default(2),
  best: text("a metric's name").or(false).optional('`all` with a validation part, else none'),
  everyEpochs: whole(1).default(1),
  everySteps: whole(1).optional('never'),
} satisfies SpecOf<FileCheckpointOptions>);

/**
 * Keeps checkpoints as files that appear whole or not at all: `step-000000120.safetensors` when one is due and at the
 * end of the run, `best.safetensors` whenever an evaluation in the run is better than all before it. A run that resumes
 * from an older checkpoint leaves the later ones: the first that it saves removes them, and "best" is again what it was
 * then (the best is written first: killed between the two, a run has the best of the epoch that it trains again). A folder
 * with checkpoints that this run neither saved nor resumes from is refused
 * (`TRAINER_NODE_FOLDER_IN_USE`). While a run is under way the folder is its process's alone, by `run.lock` in it: another
 * process is refused (`TRAINER_NODE_RUN_IN_USE`), also where it resumed before this one saved (`TRAINER_NODE_FOLDER_CHANGED`).
 * Throws `TRAINER_NODE_BAD_OPTION`; while it runs `TRAINER_NODE_NOT_WRITTEN`, `TRAINER_NODE_NOT_READ` and
 * `TRAINER_NODE_LOCK_LOST`.
 */
export function fileCheckpoints(options: FileCheckpointOptions): TrainerPlugin {
  const settings = fileCheckpointsOptions.read(options);
  const { folder, keepLast } = settings;
  return definePlugin({
    name: '@evenkeel/trainer-core/file-checkpoints',
    version,
    api: PLUGIN_API_VERSION,
    description: `in '${folder}', the last ${keepLast}`,
    setup({ roles, state, hooks }) {
      const store = new FileStore(settings);
      roles.provide(CHECKPOINTS, store);
      state.persist('best', store.bestSoFar);
      hooks.events$.subscribe((event) => store.watch(event));
      return () => store.close();
    },
  });
}
