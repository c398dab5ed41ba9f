/** Sections of a configuration file, and in each the values by key. */
export type ConfigSections = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Reads a configuration file as Python's ConfigParser does: sections, `key = value` or `key: value`, whole lines of comment
 * (`#`, `;`), and indented lines that continue a value. Keys come in lower case with `-` for `_`, as pip reads them; what is
 * none of that is left out.
 */
export function parseConfig(text: string): ConfigSections {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  let key: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;].*)?$/.test(line)) continue;
    const name = /^\[([^\]]+)\]\s*$/.exec(line)?.[1];
    if (name !== undefined) {
      section = sections.get(name) ?? new Map<string, string>();
      sections.set(name, section);
      key = undefined;
    } else if (/^\s/.test(line) && section && key !== undefined) {
      section.set(key, `${section.get(key)}\n${line.trim()}`);
    } else if (section) {
      const [, found, value] = /^([^=:]+?)\s*[=:]\s*(.*?)\s*$/.exec(line) ?? [];
      key = found?.trim().toLowerCase().replaceAll('_', '-');
      if (key !== undefined) section.set(key, value);
    }
  }
  return sections;
}
