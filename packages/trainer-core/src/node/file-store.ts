import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { CheckpointPlace, CheckpointRecord, CheckpointStore } from '../contract/checkpoint-store.js';
import type { TrainerEvent } from '../contract/events.js';
import type { Persistent, StateValue } from '../contract/plugin.js';
import { nodeErrors } from './errors.js';
import { reading, removeParts, writeWhole, writing } from './file-access.js';
import { lockFolder } from './run-lock.js';
import type { RunLock } from './run-lock.js';

/** The options of `fileCheckpoints`, defaults filled in. */
export interface FileStoreSettings {
  readonly folder: string;
  readonly keepLast: number;
  readonly best?: string | false;
  readonly everyEpochs: number;
  readonly everySteps: number | undefined;
}

const PATTERN = /^step-(\d+)\.safetensors$/;
const BEST = 'best.safetensors';

/** Metrics whose lowest value is the best. */
const LOWER_IS_BETTER: ReadonlySet<string> = new Set(['ece', 'loss', 'mae', 'rmse']);

/** Checkpoints as files of one folder, which is one run's: another run's is neither written to nor cleaned up. */
export class FileStore implements CheckpointStore {
  readonly name = 'files';
  /**
   * The best value of the watched metric, as the run's state; another metric starts from nothing. Optional, since a run resumes
   * from other stores as well.
   */
  readonly bestSoFar: Persistent = {
    version: 2,
    optional: true,
    save: () => ({ metric: this.#metric, value: this.#best ?? null }),
    load: (state, fromVersion) => {
      const { metric, value } = bestIn(state, fromVersion);
      this.#best = metric === undefined || metric === this.#metric ? value : undefined;
      this.#newBest = false;
      // Only a checkpoint that is actually resumed makes the folder ours.
      this.#ours ||= this.#readHere;
    },
  };
  readonly #settings: FileStoreSettings;
  #best: number | undefined;
  /** Whether the present weights are the best ones, and not yet kept as such. */
  #newBest = false;
  #ours = false;
  #readHere = false;
  #loadedFrom: string | undefined;
  /** The newest checkpoint of our folder when one was loaded from it. */
  #newestAtLoad: string | undefined;
  #lock: RunLock | undefined;
  #running = false;

  constructor(settings: FileStoreSettings) {
    this.#settings = settings;
  }

  /** The metric whose best value is kept. */
  get #metric(): string {
    return this.#settings.best || 'all';
  }

  get loadedFrom(): string | undefined {
    return this.#loadedFrom;
  }

  /** Follows the watched metric: the best value is known before a checkpoint of these weights is packed. */
  watch(event: TrainerEvent): void {
    if (event.type === 'step-end') this.#newBest = false;
    if (event.type === 'fit-start') this.#running = true;
    if (event.type === 'fit-end') this.close();
    const { best } = this.#settings;
    if (event.type !== 'evaluation-end' || best === false) return;
    if (best === undefined && event.split !== 'validation') return;
    const metric = this.#metric;
    const value = event.metrics[metric];
    if (value === undefined && best !== undefined) {
      throw nodeErrors.NO_METRIC({ metric, available: Object.keys(event.metrics) });
    }
    const sign = LOWER_IS_BETTER.has(metric) ? -1 : 1;
    if (typeof value !== 'number' || !(sign * value > sign * (this.#best ?? -sign * Infinity))) return;
    this.#best = value;
    this.#newBest = true;
  }

  /**
   * Takes the folder for this process until the run ends, and removes what killed ones have left unfinished. Throws
   * `TRAINER_NODE_FOLDER_IN_USE` for a folder with checkpoints that this run neither saved nor resumes from,
   * `TRAINER_NODE_FOLDER_CHANGED` where another process has saved since this one was resumed, `TRAINER_NODE_RUN_IN_USE`.
   */
  async begin({ joined = false }: { readonly joined?: boolean } = {}): Promise<void> {
    if (this.#lock) return this.#lock.check();
    const { folder } = this.#settings;
    this.#ours ||= joined;
    await this.#list(); // what cannot be read is no empty folder
    const lock = await lockFolder(folder);
    try {
      await removeParts(folder);
      const newest = (await this.#list()).at(-1)?.name;
      if (newest !== undefined && !this.#ours) throw nodeErrors.FOLDER_IN_USE({ folder, newest });
      const loaded = this.#newestAtLoad;
      if (loaded !== undefined && newest !== undefined && newest !== loaded) {
        throw nodeErrors.FOLDER_CHANGED({ folder, loaded, newest });
      }
    } catch (error) {
      lock.release();
      throw error;
    }
    this.#lock = lock;
    this.#ours = true;
  }

  /** Gives the folder back. */
  close(): void {
    this.#running = false;
    this.#lock?.release();
    this.#lock = undefined;
  }

  isDue({ position: { epoch, step }, epochEnd, last }: CheckpointPlace): boolean {
    const { everyEpochs, everySteps } = this.#settings;
    if (last || this.#newBest) return true;
    return epochEnd ? epoch % everyEpochs === 0 : everySteps !== undefined && step % everySteps === 0;
  }

  async save({ position: { step }, bytes }: CheckpointRecord): Promise<string> {
    await this.begin();
    try {
      return await this.#keep(step, bytes);
    } finally {
      if (!this.#running) this.close();
    }
  }

  async #keep(step: number, bytes: Uint8Array): Promise<string> {
    const { folder, keepLast } = this.#settings;
    this.#newestAtLoad = undefined;
    const path = join(folder, `step-${String(step).padStart(9, '0')}.safetensors`);
    // The best first: wherever the process is killed, the newest checkpoint speaks of no best that is not kept.
    if (this.#newBest) await writeWhole(join(folder, BEST), bytes);
    await writeWhole(path, bytes);
    this.#newBest = false;
    // Later steps are of a branch that was left by resuming an older checkpoint: they would pass for the newest.
    const all = await this.#list();
    const kept = all.filter((file) => file.step <= step).slice(-keepLast);
    for (const { name } of all.filter((file) => !kept.includes(file))) {
      await writing(join(folder, name), rm(join(folder, name), { force: true }));
    }
    return path;
  }

  async load(location = this.#settings.folder): Promise<Uint8Array | undefined> {
    const info = await reading(location, stat(location));
    if (info === undefined) return undefined;
    if (!info.isDirectory() && !info.isFile()) {
      throw nodeErrors.NOT_READ({ path: location, reason: 'it is neither a file nor a folder' });
    }
    const newest = info.isDirectory() ? (await this.#list(location)).at(-1)?.name : '';
    if (newest === undefined) return undefined;
    const path = join(location, newest);
    this.#loadedFrom = path;
    this.#readHere = resolve(dirname(path)) === resolve(this.#settings.folder);
    this.#newestAtLoad = this.#readHere ? (await this.#list()).at(-1)?.name : undefined;
    return reading(path, readFile(path));
  }

  /** The numbered checkpoints, oldest step first. */
  async #list(folder = this.#settings.folder): Promise<{ name: string; step: number }[]> {
    const names = (await reading(folder, readdir(folder))) ?? [];
    return names
      .flatMap((name) => {
        const [, step] = PATTERN.exec(name) ?? [];
        return step === undefined ? [] : [{ name, step: Number(step) }];
      })
      .sort((a, b) => a.step - b.step);
  }
}

/** The best value in a state, and its metric where the state says it; throws when it is no such state. */
function bestIn(
  state: StateValue,
  fromVersion: number,
): { readonly metric?: string; readonly value: number | undefined } {
  const { metric, value } = (fromVersion === 1 ? { value: state } : (state ?? {})) as Record<string, unknown>;
  const isFit =
    (value === null || typeof value === 'number') && (fromVersion === 1 || typeof metric === 'string');
  if (!isFit) throw new Error('expected a metric, and its value or null');
  return { metric: metric as string | undefined, value: value ?? undefined };
}
