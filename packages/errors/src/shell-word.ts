const PLAIN = /^[\w@%+=:,./-]+$/;

/** The text as one word of a printed command, quoted where a POSIX shell (on Windows: cmd) would take it apart. */
export function shellWord(text: string, platform: string = platformName()): string {
  const plain = platform === 'win32' ? /^[\w@+=:,./\\-]+$/ : PLAIN;
  if (plain.test(text)) return text;
  return platform === 'win32'
    ? `"${text.replaceAll('"', '""')}"`
    : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The platform's name; browsers have no commands, and so any will do there. */
function platformName(): string {
  const { process } = globalThis as { process?: { platform?: string } };
  return process?.platform ?? 'linux';
}
