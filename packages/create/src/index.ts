export { errors } from './errors.js';
export { PROJECT_DATA } from './project-files.js';
export { projectFiles } from './project-files.js';
export { writeProject } from './write-project.js';

export type { ProjectData, ProjectParts } from './project-files.js';
export type { WriteProjectOptions, WrittenProject } from './write-project.js';
