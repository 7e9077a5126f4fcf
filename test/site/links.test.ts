import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deadLinks } from './support';

let site: string;
beforeEach(() => {
  site = mkdtempSync(join(tmpdir(), 'links-'));
});
afterEach(() => rmSync(site, { recursive: true, force: true }));

function write(file: string, html: string): void {
  mkdirSync(dirname(join(site, file)), { recursive: true });
  writeFileSync(join(site, file), html);
}

describe('links of a built site', () => {
  test('are fine when page, anchor and file are there', () => {
    write(
      'index.html',
      '<a href="/x/a/b.html#two">b</a><a href="#top" id="top">top</a><a href="https://example.com/">away</a><img src="/x/p.svg">',
    );
    write('a/b.html', '<h2 id="two">2</h2><a href="../index.html">up</a><a href="/x/a/">here</a>');
    write('a/index.html', '');
    write('p.svg', '<svg/>');
    expect(deadLinks(site, '/x/')).toEqual([]);
  });

  test('are told when they lead to no page, no anchor, no picture, or out of the site', () => {
    write(
      'index.html',
      '<a href="/x/c.html">c</a><a href="/x/b.html#three">b</a><img src="/x/q.svg"><a href="/b.html">b</a><a href="#none">none</a>',
    );
    write('b.html', '<h2 id="two">2</h2>');
    expect(deadLinks(site, '/x/')).toEqual([
      'index.html: /x/c.html: is not there',
      'index.html: /x/b.html#three: has no anchor three',
      'index.html: /x/q.svg: is not there',
      'index.html: /b.html: is not below /x/',
      'index.html: #none: has no anchor none',
    ]);
  });
});
