/** What fills a role that belongs to a run's identity. */
export interface Configured {
  /**
   * Its options, each in plain data: numbers, texts, truth values, and lists and objects of them. A run resumes only where those that
   * both sides know are as they were. Default: its name says all.
   */
  readonly settings?: Readonly<Record<string, unknown>>;
}
