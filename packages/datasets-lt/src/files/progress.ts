/** One sign of life of something that takes a while. */
export interface DataProgress {
  /** What is being done, such as `Downloading cifar-10-binary.tar.gz`. */
  readonly label: string;
  /** So far, in bytes or files. */
  readonly done: number;
  /** When `done` reaches it, it is finished; absent when nobody knows. */
  readonly total?: number;
}

/** Told often; whoever shows it may skip most of it. */
export type OnProgress = (progress: DataProgress) => void;
