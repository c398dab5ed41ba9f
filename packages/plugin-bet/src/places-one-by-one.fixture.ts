import type { EmbeddingSchedule } from './embedding-schedule.js';

/** The places of an epoch as the definition has them, one after the other, for comparison. */
export function placesOneByOne(schedule: EmbeddingSchedule, baseBatches: number, epoch: number): number[] {
  const { every, burst, from, until, ramp, length } = schedule;
  const r = ramp === 0 ? 1 : Math.min(1, (epoch - from) / ramp);
  const isOn = epoch >= from && epoch < until;
  const takesPlace = (g: number): boolean =>
    isOn && (r === 1 || Math.floor((g + 1) * r + 1e-9) > Math.floor(g * r + 1e-9));
  const places: number[] = [];
  for (let place = 0; length === 'keep' && place < baseBatches; place++) {
    const group = Math.floor(place / (every + burst));
    places.push(place % (every + burst) >= every && takesPlace(group) ? 1 : 0);
  }
  for (let batch = 1; length === 'extend' && batch <= baseBatches; batch++) {
    places.push(0);
    if (batch % every > 0 || !takesPlace(batch / every - 1)) continue;
    for (let one = 0; one < burst; one++) places.push(1);
  }
  return places;
}
