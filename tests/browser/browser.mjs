// Chromium with a fresh profile, and pages that remember every complaint: console errors, exceptions, violations of the
// content security policy, and requests that failed. A check names the refusals it provokes; the rest is a fault.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

// prettier-ignore
const kFlags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const kWaitMs = 10_000;
const kAxe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const kDesk = { width: 1366, height: 768 };
export const kNarrow = { width: 320, height: 640 };

// Without a profile folder of its own, playwright makes a new one for each launch and removes it.
export function launch() {
  return chromium.launch({ executablePath: process.env.TRAM_CHROMIUM, args: kFlags });
}

// `complaints` collects; an answer that `expect_refusal` announced is taken out once.
export class Complaints {
  #found = [];
  #expected = [];

  expect_refusal(status, path) {
    this.#expected.push({ status, path });
  }

  refused(status, url) {
    const path = new URL(url).pathname;
    const i = this.#expected.findIndex((e) => e.status === status && e.path === path);
    if (i >= 0) this.#expected.splice(i, 1);
    else this.#found.push(`answer ${status} of ${path}`);
  }

  add(text) {
    this.#found.push(text);
  }

  take() {
    const missing = this.#expected.map((e) => `no answer ${e.status} of ${e.path}`);
    const all = [...this.#found, ...missing];
    this.#found = [];
    this.#expected = [];
    return all;
  }
}

export async function new_page(browser, complaints, options) {
  const context = await browser.newContext({ viewport: kDesk, ...options });
  context.setDefaultTimeout(kWaitMs);
  await context.exposeBinding('tram_violation', (_, text) => complaints.add(text));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      globalThis.tram_violation(`policy: ${event.violatedDirective} blocked ${event.blockedURI || event.sourceFile}`);
    });
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.add(`exception: ${error.message}`));
  page.on('console', (message) => {
    // Chromium's own line about a refused request; the answer itself is looked at below.
    if (message.type() === 'error' && message.text().startsWith('Failed to load resource')) return;
    if (message.type() === 'error' || message.type() === 'warning') complaints.add(`console: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.refused(response.status(), response.url());
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    // What a page was still loading when it was left.
    if (why !== 'net::ERR_ABORTED') complaints.add(`request ${request.url()}: ${why}`);
  });
  return page;
}

// Serious and critical findings of axe; the context must bypass the policy, which forbids foreign scripts.
export async function accessibility_problems(page) {
  await page.evaluate(kAxe);
  return page.evaluate(async () => {
    const result = await globalThis.axe.run(document, { resultTypes: ['violations'] });
    return result.violations
      .filter((v) => v.impact === 'serious' || v.impact === 'critical')
      .map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => n.target.join(' ')).slice(0, 3).join(', ')})`);
  });
}

// What stands out to the right of a narrow window, by how much.
export function sideways(page) {
  return page.evaluate(() => {
    const root = document.scrollingElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    return [...document.body.querySelectorAll('*')]
      .filter((e) => e.getBoundingClientRect().right > root.clientWidth + 0.5)
      .slice(0, 3)
      .map((e) => `${e.tagName.toLowerCase()}.${e.className} reaches ${Math.round(e.getBoundingClientRect().right)} px`)
      .concat(`the page is ${root.scrollWidth} px wide`);
  });
}
