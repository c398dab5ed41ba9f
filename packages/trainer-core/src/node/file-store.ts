import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { CheckpointPlace, CheckpointRecord, CheckpointStore } from '../contract/checkpoint-store.js';
import type { TrainerEvent } from '../contract/events.js';
import type { Persistent } from '../contract/plugin.js';
import { nodeErrors } from './errors.js';
import { reading, writeWhole, writing } from './file-access.js';

/** The options of `fileCheckpoints`, defaults filled in. */
export interface FileStoreSettings {
  readonly folder: string;
  readonly keepLast: number;
  readonly best: string | false;
  readonly everyEpochs: number;
  readonly everySteps: number | undefined;
}

const PATTERN = /^step-(\d+)\.safetensors$/;
const BEST = 'best.safetensors';

/** Checkpoints as files of one folder, which is one run's: another run's is neither written to nor cleaned up. */
export class FileStore implements CheckpointStore {
  readonly name = 'files';
  /** The highest value of the watched metric, as the run's state. */
  readonly bestSoFar: Persistent = {
    version: 1,
    save: () => this.#best ?? null,
    load: (value) => {
      this.#best = (value as number | null) ?? undefined;
      this.#newBest = false;
      // Only a checkpoint that is really gone on from makes its folder ours.
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

  constructor(settings: FileStoreSettings) {
    this.#settings = settings;
  }

  get loadedFrom(): string | undefined {
    return this.#loadedFrom;
  }

  /** Follows the watched metric: the best value is known before a checkpoint of these weights is packed. */
  watch(event: TrainerEvent): void {
    if (event.type === 'step-end') this.#newBest = false;
    const { best } = this.#settings;
    if (event.type !== 'evaluation-end' || best === false) return;
    const value = event.metrics[best];
    if (typeof value !== 'number' || !(value > (this.#best ?? -Infinity))) return;
    this.#best = value;
    this.#newBest = true;
  }

  /** Throws `TRAINER_NODE_FOLDER_IN_USE` for a folder with checkpoints that this run neither saved nor goes on from. */
  async begin({ joined = false }: { readonly joined?: boolean } = {}): Promise<void> {
    const { folder } = this.#settings;
    this.#ours ||= joined;
    const newest = this.#ours ? undefined : (await this.#list()).at(-1);
    if (newest) throw nodeErrors.FOLDER_IN_USE({ folder, newest: newest.name });
    this.#ours = true;
  }

  isDue({ position: { epoch, step }, epochEnd, last }: CheckpointPlace): boolean {
    const { everyEpochs, everySteps } = this.#settings;
    if (last || this.#newBest) return true;
    return epochEnd ? epoch % everyEpochs === 0 : everySteps !== undefined && step % everySteps === 0;
  }

  async save({ position: { step }, bytes }: CheckpointRecord): Promise<string> {
    const { folder, keepLast } = this.#settings;
    await this.begin();
    await writing(folder, mkdir(folder, { recursive: true }));
    const path = join(folder, `step-${String(step).padStart(9, '0')}.safetensors`);
    await writeWhole(path, bytes);
    if (this.#newBest) await writeWhole(join(folder, BEST), bytes);
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
    const newest = info.isDirectory() ? (await this.#list(location)).at(-1)?.name : '';
    if (newest === undefined) return undefined;
    const path = join(location, newest);
    this.#loadedFrom = path;
    this.#readHere = resolve(dirname(path)) === resolve(this.#settings.folder);
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
