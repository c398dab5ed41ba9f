/** One image that was looked at. */
export interface SeenImage {
  readonly name: string;
  readonly part: string;
  readonly label: number;
  readonly fingerprint?: string;
}

/** Images that show the same picture. */
export interface SameImages<Image extends SeenImage = SeenImage> {
  readonly images: readonly Image[];
  /** Whether they are in more than one part, such as train and test. */
  readonly parts: boolean;
  /** Whether they are in more than one class. */
  readonly labels: boolean;
}

/** Groups of two or more images with the same fingerprint, in the order of their first ones. */
export function sameImages<Image extends SeenImage>(images: readonly Image[]): SameImages<Image>[] {
  const groups = new Map<string, Image[]>();
  for (const image of images) {
    if (image.fingerprint === undefined) continue;
    const group = groups.get(image.fingerprint);
    if (group) group.push(image);
    else groups.set(image.fingerprint, [image]);
  }
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => ({
      images: group,
      parts: new Set(group.map(({ part }) => part)).size > 1,
      labels: new Set(group.map(({ label }) => label)).size > 1,
    }));
}
