/** A scale of colours: one for shares, one with a middle. */
export type Ramp = 'sequential' | 'diverging';

type Colour = readonly [red: number, green: number, blue: number];

/** Blue to yellow over grey, readable with any colour vision and in print (after cividis). */
const SEQUENTIAL_LIGHT: readonly Colour[] = [
  [246, 248, 250],
  [199, 217, 233],
  [126, 170, 206],
  [58, 116, 170],
  [16, 62, 112],
  [5, 30, 66],
];
const SEQUENTIAL_DARK: readonly Colour[] = [
  [27, 33, 41],
  [22, 58, 92],
  [30, 98, 140],
  [64, 148, 176],
  [140, 199, 202],
  [240, 245, 215],
];
const NEGATIVE: Colour = [33, 102, 172];
const POSITIVE: Colour = [213, 94, 0];
const MIDDLE = { light: [248, 249, 250], dark: [27, 33, 41] } as const;

/** The colour of a share in 0 .. 1, where the middle of a diverging ramp is 0.5. */
export function rampOf(ramp: Ramp, dark: boolean): (share: number) => Colour {
  const middle = dark ? MIDDLE.dark : MIDDLE.light;
  const sequential = dark ? SEQUENTIAL_DARK : SEQUENTIAL_LIGHT;
  const stops =
    ramp === 'sequential'
      ? sequential
      : [
          mixed(NEGATIVE, [0, 0, 0], dark ? 0 : 0.25),
          mixed(NEGATIVE, middle, 0.35),
          middle,
          mixed(POSITIVE, middle, 0.35),
          mixed(POSITIVE, [0, 0, 0], dark ? 0 : 0.2),
        ];
  return (share) => {
    const place = Math.min(1, Math.max(0, share)) * (stops.length - 1);
    const from = Math.min(stops.length - 2, Math.floor(place));
    return mixed(stops[from], stops[from + 1], place - from);
  };
}

function mixed(from: Colour, to: Colour, share: number): Colour {
  const [red, green, blue] = from.map((value, at) => Math.round(value + (to[at] - value) * share));
  return [red, green, blue];
}
