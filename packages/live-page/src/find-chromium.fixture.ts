import { existsSync } from 'node:fs';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
];

/** Chromium or Chrome: the one that EVENKEEL_CHROMIUM names, else one in a usual place. */
export function findChromium(): string | undefined {
  const { EVENKEEL_CHROMIUM } = process.env;
  return (EVENKEEL_CHROMIUM ? [EVENKEEL_CHROMIUM] : USUAL_PLACES).find((path) => existsSync(path));
}
