import { pageConfig } from './dist/page-config.js';

export default pageConfig();
