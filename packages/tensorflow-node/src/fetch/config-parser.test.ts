import { describe, expect, it } from 'vitest';
import { parseConfig } from './config-parser.js';

const plain = (text: string): object =>
  Object.fromEntries([...parseConfig(text)].map(([name, values]) => [name, Object.fromEntries(values)]));

describe('parseConfig', () => {
  it('reads what pip.conf may hold', () => {
    const text = `# a comment
stray = 1
[global]
index_url = https://mirror.example/simple?a=b
Timeout: 60
; another
find-links =
    /srv/wheels
    file:///srv/more
[download]
proxy=http://proxy.example:3128
[global]
cert = /etc/ca.pem
`;
    expect(plain(text)).toEqual({
      global: {
        'index-url': 'https://mirror.example/simple?a=b',
        timeout: '60',
        'find-links': '\n/srv/wheels\nfile:///srv/more',
        cert: '/etc/ca.pem',
      },
      download: { proxy: 'http://proxy.example:3128' },
    });
  });

  it('has nothing to say of an empty file, and of one that is no configuration', () => {
    expect(plain('')).toEqual({});
    expect(plain('\u0000PK\u0003\u0004 a = b')).toEqual({});
  });
});
