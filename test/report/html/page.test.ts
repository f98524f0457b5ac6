/** The page in a real browser: it opens, steps, and asks for nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { html } from '../../../src/report/html/index.ts';
import { chromiumPath } from './chromium.ts';
import { options, runOf } from './specs.ts';

const executablePath = chromiumPath();
if (executablePath === null) {
  console.warn('no Chromium here: the HTML report is not opened. CHROMIUM_PATH names one.');
}

let browser: Browser;
let page: Page;
let address = '';
const complaints: string[] = [];
const directory = mkdtempSync(join(tmpdir(), 'kcheck-html-'));

beforeAll(async () => {
  if (executablePath === null) return;
  const runs = await Promise.all([
    runOf('buffering', 'tso'),
    runOf('passing', 'power'),
    runOf('locking', 'sc'),
    runOf('spinning', 'sc'),
    runOf('buffering', 'sc'),
  ]);
  const file = join(directory, 'report.html');
  writeFileSync(file, html(runs, options));
  address = pathToFileURL(file).href;
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  page = await browser.newPage({ viewport: { width: 1300, height: 900 } });
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) complaints.push(request.url());
  });
}, 60_000);

afterAll(async () => {
  await browser?.close();
  rmSync(directory, { recursive: true });
});

async function open(hash: string): Promise<void> {
  await page.goto(`${address}${hash}`);
  await page.reload();
}

async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

const where = async (): Promise<string> => page.locator('.where').innerText();

describe.skipIf(executablePath === null)('in Chromium', () => {
  test('the matrix leads to a run', async () => {
    await open('');
    expect(await page.locator('#summary').innerText()).toBe('5 runs: 1 in order, 4 not in order');
    await page.getByRole('link', { name: 'FAIL one sees the other !' }).click();
    expect(await page.locator('h1').innerText()).toBe('buffering </script><!--');
    expect(await where()).toBe('step 8 of 8: CPU1 memory');
  });

  test('keys step through the trace', async () => {
    await open('#/run/0');
    await press('Home');
    expect(await where()).toBe('initial state, 8 steps follow');
    await press('j', 'ArrowRight', 'j', 'k');
    expect(await where()).toBe('step 2 of 8: CPU0 T0');
    expect(await page.locator('.event.current').innerText()).toContain('y -> 0');
    expect(await page.locator('.event.future').count()).toBe(6);
    await press('End', 'j');
    expect(await where()).toBe('step 8 of 8: CPU1 memory');
  });

  test('the slider steps, too', async () => {
    await open('#/run/0');
    await page.getByLabel('Step', { exact: true }).fill('1');
    expect(await where()).toBe('step 1 of 8: CPU0 T0');
  });

  test('what changed in memory is marked by more than colour', async () => {
    await open('#/run/0');
    await press('Home', 'j');
    const changed = page.locator('.memory .changed');
    expect(await changed.allInnerTexts()).toEqual(['* CPU0\tx = 1 of step 1 was empty']);
    await press('End', 'k');
    expect(await changed.allInnerTexts()).toEqual([
      '* CPU0\tempty was x = 1 of step 1',
      '* x\t1 was 0',
    ]);
  });

  test('the source stands at the line of each CPU', async () => {
    await open('#/run/0');
    await press('Home', 'j', 'j', 'j', 'j');
    expect(await page.locator('.line.here .who').allInnerTexts()).toEqual(['CPU0 T0', 'CPU1 T1']);
    expect(await page.locator('.line.now code').innerText()).toContain("task('T1'");
  });

  test('arrows lead from writes to reads and from unlock to lock', async () => {
    await open('#/run/2');
    const count = async (kind: string): Promise<number> => page.locator(`.arrow.${kind}`).count();
    await press('Home', 'j', 'j');
    expect([await count('lock'), await count('reads')]).toEqual([0, 0]);
    await press('j');
    expect(await count('lock')).toBe(1);
    await press('End');
    expect([await count('lock'), await count('reads')]).toEqual([0, 2]);
    await press('a');
    expect([await count('lock'), await count('reads')]).toEqual([1, 2]);
  });

  test('a loop is gone round', async () => {
    await open('#/run/3');
    const last = await where();
    expect(last).toContain('in the loop');
    await press('j');
    expect(await where()).toContain('in the loop');
    expect(await page.locator('.loop-start').innerText()).toContain('for ever');
    expect(await page.locator('.loop-end').innerText()).toContain('back to step');
  });

  test('the state machine follows the context that steps', async () => {
    await open('#/run/0');
    await press('Home', 'j');
    const tab = page.locator('.machine [aria-selected=true]');
    expect(await tab.innerText()).toBe('T0');
    expect(await page.locator('.node.now').textContent()).toContain('> x = 1');
    await press('j', 'j', 'j');
    expect(await tab.innerText()).toBe('T1');
  });

  test('n, p, m and ? go round the report', async () => {
    await open('');
    const title = async (): Promise<string> => page.locator('h1').innerText();
    await press('n', 'n');
    await expect.poll(title).toContain('passing');
    await press('p', 'p');
    await expect.poll(title).toContain('spinning');
    await press('?');
    expect(await page.locator('#help').isVisible()).toBe(true);
    await press('Escape', 'm');
    await expect.poll(async () => page.locator('.matrix').count()).toBe(4);
  });

  test('the matrix is narrowed by words', async () => {
    await open('');
    await press('/', 'p', 'a', 's', 's');
    expect(await page.locator('tbody tr:visible').count()).toBe(1);
  });

  test('coverage marks lines that no run executes', async () => {
    await open('');
    await page.getByRole('link', { name: 'Lines that were executed' }).first().click();
    await page.locator('.coverage').waitFor();
    expect(await page.locator('.line.executed').count()).toBeGreaterThan(0);
  });

  test.each([
    [360, 'light'],
    [700, 'dark'],
    [1300, 'dark'],
  ] as const)(
    'at %i columns of pixels, %s, nothing is wider than the page',
    async (width, scheme) => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 800 });
      for (const hash of ['', '#/run/0', '#/run/1', '#/coverage/0']) {
        await open(hash);
        const wide = await page.evaluate('document.documentElement.scrollWidth');
        expect(wide).toBeLessThanOrEqual(width);
      }
    },
  );

  test('nobody complained, and nothing was asked for', () => {
    expect(complaints).toEqual([]);
  });
});
