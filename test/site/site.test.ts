import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { NAVIGATION } from '../../scripts/site/navigation';
import { repositoryPages, sitePath } from '../../scripts/site/repository';
import { BASE, BUILT, deadLinks, fileAt, htmlPages, ROOT, run, SITE } from './support';

/** Where the pictures of the pages are left to be looked at. */
const SHOTS = join(ROOT, 'site-screenshots');
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Longest time of one step, in ms. */
const PATIENCE_MS = 120_000;
const WIDTHS = [390, 1280] as const;
const SCHEMES = ['light', 'dark'] as const;
/** Pages of which a picture is taken: one of each kind. */
const PICTURED = [
  'index.html',
  'readme.html',
  'tutorial.html',
  'troubleshooting.html',
  'command.html',
  'sizing.html',
  'dashboards.html',
  'dashboards/cluster-health.html',
  'metrics/dcgm-exporter.html',
  'options/vmSingle.html',
  'options/index.html',
  'files/pipeline.yaml.html',
];

/** Says what is wrong with the page that it runs in. */
const LOOK = readFileSync(join(__dirname, 'look.js'), 'utf8');
/** Whether the page's own program has taken over. */
const IS_ALIVE = "'__vue_app__' in document.querySelector('#app')";

/** Where the browser believes the site to be. No packet leaves it: what it asks is answered from the folder. */
const ORIGIN = 'http://site.test';
const url = `${ORIGIN}${BASE}`;

let browser: Browser;
let pages: readonly string[];

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) {
    throw new Error(`${CHROMIUM}: got no such program, expected Chromium; install it (apt-get install chromium), or name it in CHROMIUM`);
  }
  rmSync(SHOTS, { recursive: true, force: true });
  mkdirSync(SHOTS, { recursive: true });
  if (BUILT === undefined) {
    const { status, output } = await run('npm', ['run', 'site', '--', '--base', BASE, '--output', SITE]);
    if (status !== 0) throw new Error(`npm run site: exit code ${status}\n${output}`);
  }
  pages = htmlPages(SITE);
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}, 900_000);

afterAll(async () => {
  await browser?.close();
  if (BUILT === undefined) rmSync(SITE, { recursive: true, force: true });
});

/** What a browser has against pages: one line each. */
const problems: string[] = [];

/** A window in which nothing goes unnoticed: messages, failures, and whatever is asked of anybody but the server. */
async function open(
  width: number,
  colorScheme: (typeof SCHEMES)[number],
): Promise<{ readonly context: BrowserContext; readonly page: Page }> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
  const page = await context.newPage();
  // this runs behind whatever else the machine does
  page.setDefaultTimeout(PATIENCE_MS);
  page.setDefaultNavigationTimeout(PATIENCE_MS);
  const note = (what: string) => problems.push(`${page.url().replace(url, '')} at ${width} ${colorScheme}: ${what}`);
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) note(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => note(`error: ${error.message}`));
  await context.route('**/*', async (route) => {
    const asked = new URL(route.request().url());
    const file = asked.origin === ORIGIN ? fileAt(SITE, BASE, asked.pathname) : undefined;
    if (file !== undefined) return await route.fulfill(file);
    note(`asks ${asked.href}, which is ${asked.origin === ORIGIN ? 'not there' : 'not of the site'}`);
    return await route.abort();
  });
  return { context, page };
}

test('all links and anchors lead somewhere', () => {
  expect(deadLinks(SITE, BASE)).toEqual([]);
});

test('every page of the repository is there, and can be reached from the side bar', () => {
  const readme = readFileSync(join(SITE, 'readme.html'), 'utf8');
  const files = repositoryPages().filter((file) => !file.startsWith('examples/'));
  const missing = files.map((file) => sitePath(file).replace(/\.md$/, '.html')).filter((page) => !pages.includes(page));
  const unreachable = files
    .map((file) => `${BASE}${sitePath(file).replace(/(index)?\.md$/, (_, index) => (index ? '' : '.html'))}`)
    .filter((address) => !readme.includes(`href="${address}"`));
  expect({ missing, unreachable }).toEqual({ missing: [], unreachable: [] });
});

describe('in a browser', () => {
  const kinds = WIDTHS.flatMap((width) => SCHEMES.map((scheme) => ({ width, scheme })));

  test.each(kinds)(
    'every page fits at $width pixels, $scheme: nothing sticks out, pictures load, nobody else is asked',
    async ({ width, scheme }) => {
      problems.length = 0;
      const { context, page } = await open(width, scheme);
      // a dark page is laid out as a light one: one of each kind is enough
      for (const path of scheme === 'dark' ? pages.filter((one) => PICTURED.includes(one)) : pages) {
        await page.goto(`${url}${path}`, { waitUntil: 'load' });
        await page.waitForFunction(IS_ALIVE);
        problems.push(...(await page.evaluate<string[]>(LOOK)).map((what) => `${path} at ${width} ${scheme}: ${what}`));
        if (PICTURED.includes(path)) {
          await page.screenshot({ path: join(SHOTS, `${path.replaceAll('/', '-').replace(/\.html$/, '')}-${width}-${scheme}.png`) });
        }
      }
      await context.close();
      expect(problems).toEqual([]);
    },
    900_000,
  );

  test('the navigation opens on a narrow screen, and leads to another page', async () => {
    problems.length = 0;
    const { context, page } = await open(390, 'light');
    await page.goto(`${url}readme.html`);
    await page.waitForFunction(IS_ALIVE);
    await page.click('.VPLocalNav .menu');
    const link = page.locator('.VPSidebar a', { hasText: 'Sizing' });
    await link.waitFor({ state: 'visible' });
    await page.screenshot({ path: join(SHOTS, 'navigation-390.png') });
    await link.click();
    await page.waitForURL('**/sizing.html');
    await page.locator('.VPDoc h1', { hasText: 'Sizing' }).waitFor();
    await page.click('.VPNavBarHamburger');
    await page.locator('.VPNavScreen').waitFor({ state: 'visible' });
    await context.close();
    expect(problems).toEqual([]);
  }, 240_000);

  test('a wide screen has the side bar open, with every group', async () => {
    const { context, page } = await open(1280, 'light');
    await page.goto(`${url}readme.html`);
    const groups = await page.locator('.VPSidebar .group > .VPSidebarItem > .item h2').allInnerTexts();
    expect(groups).toEqual(NAVIGATION.map(({ text }) => text));
    expect(await page.locator('.VPSidebar a', { hasText: 'Sizing' }).isVisible()).toBe(true);
    await context.close();
  }, 240_000);

  // what is asked, the page that answers, and where on it
  test.each([
    ['a metric', 'DCGM_FI_DEV_GPU_UTIL', /metrics\/dcgm-exporter\.html#DCGM_FI_DEV_GPU_UTIL$/],
    ['a metric, by a part of its name', 'softnet dropped', /metrics\/node-exporter\.html#node_softnet_dropped_total$/],
    ['an option', 'vmSingle.storageSize', /options\/vmSingle\.html#vmsingle-storagesize$/],
    ['a panel', 'Closest to thermal slowdown', /dashboards\/cluster-health\.html#closest-to-thermal-slowdown$/],
    ['a symptom', 'answers 401', /(command|troubleshooting)\.html/],
  ])(
    'the search finds %s',
    async (_what, asked, answer) => {
      problems.length = 0;
      const { context, page } = await open(1280, 'light');
      await page.goto(`${url}readme.html`);
      await page.waitForFunction(IS_ALIVE);
      await page.click('#local-search button');
      await page.fill('.VPLocalSearchBox input', asked);
      const links = page.locator('.VPLocalSearchBox .result');
      let results: string[] = [];
      // results come as the index is loaded and the words are typed
      for (let tries = 0; tries < 120 && !results.slice(0, 3).some((one) => answer.test(one)); tries += 1) {
        await page.waitForTimeout(500);
        results = await links.evaluateAll((found) => found.map((link) => link.getAttribute('href') ?? ''));
      }
      await page.screenshot({ path: join(SHOTS, `search-${asked.replace(/\W+/g, '-')}.png`) });
      expect(results.slice(0, 3)).toEqual(expect.arrayContaining([expect.stringMatching(answer)]));
      await links.nth(results.findIndex((one) => answer.test(one))).click();
      await page.waitForURL(answer);
      await context.close();
      expect(problems).toEqual([]);
    },
    240_000,
  );
});
