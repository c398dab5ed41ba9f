import type { Command } from 'commander';

/** One subcommand of `evenkeel`: a file in `commands`, which exports it under this very name. */
export interface Subcommand {
  /** What is typed; also the name of its file. */
  readonly name: string;
  /** Its line in `evenkeel --help`, without a full stop. */
  readonly summary: string;
  /** Makes the command. Whatever it needs is imported here, so that the other subcommands do not wait for it. */
  load(): Promise<Command>;
}
