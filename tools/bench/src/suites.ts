import type { Suite } from './suite.js';
import { backendsSuite } from './suites/backends.js';
import { diagnosticsSuite } from './suites/diagnostics.js';
import { gradientsSuite } from './suites/gradients.js';
import { imagesSuite } from './suites/images.js';
import { overheadSuite } from './suites/overhead.js';
import { profileSuite } from './suites/profile.js';
import { readerSuite } from './suites/reader.js';
import { replicasSuite } from './suites/replicas.js';
import { samplersSuite } from './suites/samplers.js';
import { resnet50Suite, stepSuite } from './suites/step.js';
import { whiteningSuite } from './suites/whitening.js';

/** The suites by name, in the order in which they run. */
export const SUITES: Readonly<Record<string, Suite>> = {
  step: stepSuite,
  resnet50: resnet50Suite,
  gradients: gradientsSuite,
  profile: profileSuite,
  overhead: overheadSuite,
  samplers: samplersSuite,
  reader: readerSuite,
  images: imagesSuite,
  whitening: whiteningSuite,
  diagnostics: diagnosticsSuite,
  backends: backendsSuite,
  replicas: replicasSuite,
};
