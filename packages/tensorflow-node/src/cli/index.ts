export { cleanCommand } from './clean-command.js';
export { doctorCommand } from './doctor-command.js';
export { runCommand } from './run-command.js';
export { setupCommand } from './setup-command.js';

export type { Diagnosis, DoctorOptions, MeasuredSpeed } from './doctor-command.js';
