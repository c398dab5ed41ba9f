/** A rectangle of whole pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What becomes of one image: cut `source` out, resize it to `width` × `height`, cut `target` out of that, shift it. */
export interface CropPlan {
  /** Absent: the whole image. */
  readonly source?: Box;
  readonly width: number;
  readonly height: number;
  /** Absent: all of it. */
  readonly target?: Box;
  /** Place (y, x) shows pixel (y + down, x + right), black where there is none; absent: no shift. */
  readonly shift?: { readonly down: number; readonly right: number };
}
