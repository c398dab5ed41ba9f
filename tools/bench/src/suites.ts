import type { Suite } from './suite.js';
import { stepSuite } from './suites/step.js';

/** The suites by name, in the order in which they run. */
export const SUITES: Readonly<Record<string, Suite>> = { step: stepSuite };
