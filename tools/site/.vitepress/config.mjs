import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const packages = readdirSync(`${root}/packages`).map((name) => ({ text: name, link: `/packages/${name}/` }));
const page = (text, name) => ({ text, link: `/docs/${name}` });

/** Guides in the order of a reader's questions. */
const guides = [
  page('Train your own images', 'your-own-images'),
  page('Compare methods', 'compare-methods'),
  page('Write a plugin', 'first-plugin'),
  page('Past one machine', 'scaling'),
  page('Export', 'export'),
  page('From Python', 'python'),
  page('Troubleshooting', 'troubleshooting'),
  page('From PyTorch and Keras', 'from-pytorch'),
];
const facts = [
  page('Results', 'results'),
  page('What npm start gave', 'measured'),
  page('What is claimed', 'claims'),
];
const contract = [
  page('The plugin contract', 'plugins'),
  page('What explain() says', 'explain'),
  page('Checkpoints', 'checkpoint-format'),
  page('From version 1 to 2', 'migrating-to-2'),
  { text: 'API reference', link: '/api/index.html', target: '_self' },
];

export default {
  title: 'Evenkeel',
  description: 'Train on long-tailed data from TypeScript',
  base: process.env.EVENKEEL_SITE_BASE ?? '/',
  srcDir: '../../dist/site-pages',
  outDir: '../../dist/site',
  cacheDir: '../../dist/site-cache',
  ignoreDeadLinks: false,
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Guides', link: '/docs/your-own-images' },
      { text: 'Results', link: '/docs/results' },
      { text: 'API', link: '/api/index.html', target: '_self' },
      { text: 'Try it here', link: '/try/index.html', target: '_self' },
    ],
    sidebar: [
      { text: 'Guides', items: guides },
      { text: 'What was found', items: facts },
      { text: 'Reference', items: contract },
      { text: 'Packages', collapsed: true, items: packages },
    ],
  },
};
