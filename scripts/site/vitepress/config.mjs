// The site generator's configuration. It is copied beside the pages that scripts/site makes; nothing here reads the network.
import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';

const { sidebar, start } = JSON.parse(readFileSync(new URL('./settings.json', import.meta.url), 'utf8'));

/** Names of metrics and options are words; their parts are words, too. It runs in the browser and has to stand alone. */
function wordsAndParts(text) {
  return (text.match(/[\p{L}\p{N}_]+/gu) ?? []).flatMap((word) => {
    const parts = word
      .replace(/(\p{Ll})(\p{Lu})/gu, '$1_$2')
      .split('_')
      .filter(Boolean);
    return parts.length > 1 ? [word, ...parts] : [word];
  });
}

/** What is asked for is a whole word, with its beginning at least. */
function words(text) {
  return text.match(/[\p{L}\p{N}_]+/gu) ?? [];
}

/** The anchor of a heading. */
function anchorOf(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

export default defineConfig({
  title: 'soperator-metrics',
  description: 'The metrics pipeline of a SLURM-on-Kubernetes cluster',
  lang: 'en',
  cleanUrls: false,
  ignoreDeadLinks: 'localhostLinks',
  // the icon is inside of the page, so that it is found wherever the site is put
  head: [
    [
      'link',
      { rel: 'icon', href: `data:image/svg+xml,${encodeURIComponent(readFileSync(new URL('./icon.svg', import.meta.url), 'utf8'))}` },
    ],
  ],
  markdown: {
    // as the git hosting makes them, so that a link with an anchor works in both places
    anchor: { slugify: anchorOf },
    config: (md) => {
      // text of ours is never a template of the generator
      const { text } = md.renderer.rules;
      md.renderer.rules.text = (...given) => (text?.(...given) ?? given[0][given[1]].content).replaceAll('{{', '&#123;&#123;');
    },
  },
  themeConfig: {
    nav: [
      { text: 'Start', link: start },
      { text: 'Options', link: '/options/' },
      { text: 'Metrics', link: '/metrics/' },
      { text: 'Panels', link: '/dashboards/' },
      { text: 'Changelog', link: '/changelog' },
    ],
    sidebar,
    outline: [2, 3],
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          options: { tokenize: wordsAndParts },
          searchOptions: { tokenize: words, combineWith: 'AND', prefix: true, fuzzy: 0.15, boost: { title: 6, text: 1, titles: 1 } },
        },
      },
    },
    docFooter: { prev: false, next: false },
  },
  vite: {
    build: { chunkSizeWarningLimit: 4000 },
  },
});
