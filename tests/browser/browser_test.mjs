// The pages of the two real programs in a real browser: what a person at the hub and at a site reads and does.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { accessibility_problems, Complaints, kNarrow, launch, new_page, sideways } from './browser.mjs';
import { checks } from './checks.mjs';
import { plan_tasks } from './practice_plan.mjs';
import { kBody, kPassword, kill_all, set_up_stations } from './stations.mjs';

const by = (id) => `[data-testid="${id}"]`;
const pictures = process.env.TRAM_SCREENSHOTS ?? '';
if (pictures) mkdirSync(pictures, { recursive: true });

const { check, finish } = checks();
const complaints = new Complaints();
const folder = mkdtempSync(`${tmpdir()}/tram-browser-`);
let stations = {};
let browser = null;
let status = 1;

// --- what the checks are made of --------------------------------------------------------------------------------------

const text = async (page, id) => (await page.locator(by(id)).innerText()).trim();

async function sign_in(page, station, name, password = kPassword) {
  await page.goto(`${station.address}/`);
  await page.fill(by('login-name'), name);
  await page.fill(by('login-password'), password);
  await page.click(by('login-submit'));
}

async function signed_in(station, name) {
  const page = await new_page(browser, complaints);
  await sign_in(page, station, name);
  await page.waitForSelector(by('person'));
  return page;
}

async function screen(page, station, hash) {
  await page.goto(`${station.address}/${hash}`);
  await page.waitForSelector('#page-title');
}

// Every task of the list as {ref, title}, after its own total says how many there are.
async function listed(page, total) {
  await page.waitForFunction(
    ([id, n]) => document.querySelector(id)?.textContent === String(n),
    [by('task-total'), total],
  );
  return page.locator(by('task-row')).evaluateAll((rows) =>
    rows.map((row) => ({ ref: row.dataset.ref, title: row.querySelector('[data-testid="task-title"]').textContent })),
  );
}

const in_order = (tasks) => tasks.map(({ ref, title }) => ({ ref, title })).sort((a, b) => (a.ref < b.ref ? -1 : 1));

async function counts(page, expected) {
  await page.waitForFunction(
    ([ids, wanted]) => ids.map((id) => document.querySelector(id)?.textContent).join('/') === wanted,
    [['count-to-approve', 'count-to-send', 'count-waiting-receipt'].map(by), expected],
  ).catch(async () => {
    const seen = [];
    for (const id of ['count-to-approve', 'count-to-send', 'count-waiting-receipt']) seen.push(await text(page, id));
    assert.equal(seen.join('/'), expected);
  });
}

// Looks at views with the session of `page`, in both languages: nothing serious for axe in a context that bypasses the
// policy, since axe is a foreign script, and nothing beyond the right edge at 320 px in one that holds it.
async function look_at(page, station, views) {
  const storageState = await page.context().storageState();
  const wide = await new_page(browser, complaints, { storageState, bypassCSP: true });
  const narrow = await new_page(browser, complaints, { storageState, viewport: kNarrow });
  const problems = [];
  for (const [name, hash, ready] of views) {
    for (const eye of [wide, narrow]) {
      await eye.goto(`${station.address}/${hash}`);
      await eye.waitForSelector(ready);
    }
    for (const language of ['en', 'vi']) {
      await wide.click(by(`lang-${language}`));
      for (const found of await accessibility_problems(wide)) problems.push(`${name}, ${language}: ${found}`);
      if (pictures) await wide.screenshot({ path: `${pictures}/${name}-${language}.png`, fullPage: true });
      await narrow.click(by(`lang-${language}`));
      for (const found of await sideways(narrow)) problems.push(`${name}, ${language}, 320 px: ${found}`);
    }
    if (pictures) await narrow.screenshot({ path: `${pictures}/${name}-320.png`, fullPage: true });
  }
  await wide.context().close();
  await narrow.context().close();
  assert.deepEqual(problems, []);
}

// --- the checks -------------------------------------------------------------------------------------------------------

async function hub_checks() {
  const { hub } = stations;
  const visitor = await new_page(browser, complaints);
  await check('hub: the sign-in page is accessible and fits 320 px', () =>
    look_at(visitor, hub, [['hub-sign-in', '', by('login-name')]]));
  await visitor.context().close();

  const page = await signed_in(hub, 'chi');
  await check('hub: the list has exactly the 44 tasks of the plan, each with its title', async () => {
    assert.equal(plan_tasks.length, 44);
    assert.deepEqual(in_order(await listed(page, 44)), in_order(plan_tasks));
  });
  await check('hub: filtered by the body, the list has exactly the tasks it leads', async () => {
    const led = plan_tasks.filter((task) => task.lead.includes(kBody));
    await page.selectOption(by('filter-org'), kBody);
    await page.click(by('filter-submit'));
    assert.deepEqual(in_order(await listed(page, led.length)), in_order(led));
  });
  await check('hub: every view is accessible and fits 320 px', async () => {
    await screen(page, hub, '#/tasks');
    const task = await page.locator(by('task-title')).first().getAttribute('href');
    await look_at(page, hub, [
      ['hub-tasks', '#/tasks', by('task-row')],
      ['hub-task', task, by('assignment-row')],
      ['hub-sites', '#/sites', by('site-row')],
      ['hub-help', '#/help', '.legend'],
    ]);
  });
  return page;
}

async function node_list_checks(operator) {
  const { node } = stations;
  await check('node: the list has exactly the tasks the body leads or coordinates, each with its title', async () => {
    const seen = plan_tasks.filter((task) => [...task.lead, ...task.coordinating].includes(kBody));
    assert.deepEqual(in_order(await listed(operator, seen.length)), in_order(seen));
  });
  await check('node: filtered by the body, the list has exactly the tasks of the same list at the hub', async () => {
    const at_hub = stations.hub.command(['task', 'list', '--org', kBody]).tasks;
    assert.ok(at_hub.length > 0);
    await screen(operator, node, `#/tasks?org=${kBody}`);
    assert.deepEqual(in_order(await listed(operator, at_hub.length)), in_order(at_hub));
  });
}

async function sign_in_checks() {
  const { node } = stations;
  const page = await new_page(browser, complaints);
  await check('node: a wrong password is said in words, and nobody is signed in', async () => {
    complaints.expect_refusal(401, '/api/v1/session');
    await sign_in(page, node, 'an', 'not the right password');
    await page.waitForSelector(by('problem'));
    assert.match(await text(page, 'problem'), /Tên hoặc mật khẩu không đúng/);
    assert.equal(await page.locator(by('problem')).getAttribute('data-code'), 'wrong_name_or_password');
    assert.equal(await page.locator(by('person')).count(), 0);
    if (pictures) await page.screenshot({ path: `${pictures}/node-wrong-password.png` });
  });
  await check('node: the language changes at once, is remembered, and changes back', async () => {
    const title = () => page.locator('#page-title').innerText();
    assert.equal(await title(), 'Đăng nhập');
    await page.click(by('lang-en'));
    assert.equal(await title(), 'Sign in');
    assert.equal(await page.getAttribute('html', 'lang'), 'en');
    await page.reload();
    await page.waitForSelector('#page-title');
    assert.equal(await title(), 'Sign in');
    await page.click(by('lang-vi'));
    assert.equal(await title(), 'Đăng nhập');
    assert.equal(await page.getAttribute('html', 'lang'), 'vi');
  });
  await check('node: the sign-in page is accessible and fits 320 px', () =>
    look_at(page, node, [['node-sign-in', '', by('login-name')]]));
  await page.context().close();
}

// One update on its way: entered, approved by another person, carried away, receipted.
async function way_of_an_update(operator, hub_page) {
  const { hub, node } = stations;
  const ref = plan_tasks.find((one) => one.lead.includes(kBody) && one.lead.length === 1).ref;
  const other_ref = plan_tasks.find((one) => one.coordinating.includes(kBody)).ref;
  let task = '';
  let coordinating = '';
  const approver = await signed_in(node, 'binh');

  await check('node: confirming receipt goes to the hub and comes back receipted, 0/0/0', async () => {
    await screen(operator, node, '#/tasks');
    const address = (of) => operator.locator(`${by('task-row')}[data-ref="${of}"] a`).getAttribute('href');
    task = await address(ref);
    coordinating = await address(other_ref);
    await counts(operator, '0/0/0');
    await screen(operator, node, task);
    await operator.waitForSelector(by('receive-button'));
    if (pictures) await operator.screenshot({ path: `${pictures}/node-receive.png` });
    await operator.click(by('receive-button'));
    await operator.waitForSelector(by('update-submit'));
    await operator.click(by('sync-now'));
    await counts(operator, '0/0/0');
    assert.equal(hub.command(['task', 'show', ref]).task.assignments.find((a) => a.org === kBody).state, 'received');
  });
  await check('node: the hub stops; an update waits for approval, 1/0/0', async () => {
    await hub.stop();
    await operator.fill(by('update-progress'), '40');
    await operator.fill(by('update-note'), 'Đã họp với các sở; tuần sau trình đề án.');
    if (pictures) await operator.screenshot({ path: `${pictures}/node-update.png`, fullPage: true });
    await operator.click(by('update-submit'));
    await counts(operator, '1/0/0');
    await operator.waitForSelector(by('task-pending'));
  });
  await check('node: its author cannot approve it, neither by the button nor by the program', async () => {
    await operator.click(by('nav-approvals'));
    const row = operator.locator(`${by('approval-row')}[data-ref="${ref}"]`);
    const button = row.locator('button.primary');
    await button.waitFor();
    assert.equal(await button.isDisabled(), true);
    assert.match(await row.innerText(), /Anh\/chị viết bản này nên không thể tự duyệt/);
    const id = (await button.getAttribute('data-testid')).replace(/^approve-/, '');
    const path = `/api/v1/approvals/${id}/approve`;
    complaints.expect_refusal(403, path);
    const answer = await operator.evaluate(async (to) => {
      const { csrf } = await (await fetch('/api/v1/session')).json();
      const headers = { 'Content-Type': 'application/json', 'X-Tram-CSRF': csrf };
      const response = await fetch(to, { method: 'POST', headers, body: '{}' });
      return { status: response.status, code: (await response.json()).error.code };
    }, path);
    assert.deepEqual(answer, { status: 403, code: 'not_permitted' });
    await counts(operator, '1/0/0');
  });
  await check('node: every view is accessible and fits 320 px', async () => {
    await look_at(operator, node, [
      ['node-tasks', '#/tasks', by('task-row')],
      ['node-task', task, by('task-pending')],
      ['node-coordinating-task', coordinating, '#facts-title'],
      ['node-own-approvals', '#/approvals', by('approval-row')],
      ['node-outbox', '#/outbox', by('outbox-row')],
      ['node-help', '#/help', '.legend'],
    ]);
    await look_at(approver, node, [['node-approvals', '#/approvals', by('approval-row')]]);
  });
  await check('node: another person approves, 0/1/0', async () => {
    await approver.click(by('nav-approvals'));
    await approver.locator(`${by('approval-row')}[data-ref="${ref}"] button.primary`).click();
    await counts(approver, '0/1/0');
    await approver.waitForFunction((id) => document.querySelector(id)?.textContent === '0', by('approval-total'));
  });
  await check('node: a failed exchange is said and changes no count', async () => {
    complaints.expect_refusal(503, '/api/v1/sync');
    await approver.click(by('sync-now'));
    await approver.waitForSelector(by('problem'));
    assert.equal(await approver.locator(by('problem')).getAttribute('data-code'), 'hub_unreachable');
    await counts(approver, '0/1/0');
    if (pictures) await approver.screenshot({ path: `${pictures}/node-unreachable.png` });
  });
  await check('node: in a bundle on a stick it waits for the receipt, 0/0/1', async () => {
    node.command(['bundle', 'export', '--out', 'stick']);
    await screen(approver, node, '#/outbox?part=waiting_receipt');
    await approver.reload();
    await counts(approver, '0/0/1');
    const row = approver.locator(`${by('outbox-waiting_receipt')} ${by('outbox-row')}`);
    await row.waitFor();
    assert.match(await row.innerText(), new RegExp(`^${ref.replaceAll('.', '\\.')}\\s`));
    if (pictures) await approver.screenshot({ path: `${pictures}/node-outbox-waiting.png` });
  });
  await check('node: the hub is back; after the exchange 0/0/0, and the receipt stands at the task', async () => {
    await hub.serve();
    await approver.click(by('sync-now'));
    await counts(approver, '0/0/0');
    await screen(approver, node, task);
    const row = approver.locator(`${by('assignment-row')}[data-org="${kBody}"]`);
    await row.locator('.sync-delivered').waitFor();
    assert.match(await row.locator(by('assignment-progress')).innerText(), /^40\s%$/);
  });
  await check('hub: the update of the site stands at the task', async () => {
    await sign_in_again(hub_page);
    await screen(hub_page, hub, task);
    const row = hub_page.locator(`${by('assignment-row')}[data-org="${kBody}"]`);
    assert.match(await row.locator(by('assignment-progress')).innerText(), /^40\s%$/);
    assert.equal(await row.locator(by('assignment-state')).getAttribute('data-state'), 'started');
  });
  await check('hub, node: the history of that task is readable, accessible and fits 320 px', async () => {
    for (const page of [hub_page, approver]) {
      const history = await page.locator(by('history')).innerText();
      assert.match(history, /Đã họp với các sở; tuần sau trình đề án\./);
      assert.match(history, /Đảng ủy UBND tỉnh/);
      assert.doesNotMatch(history, /[0-9a-f]{32}|\b[a-z]+_[a-z]+\b|hy\.[a-z]/);
    }
    await look_at(hub_page, hub, [['hub-delivered', task, by('history-row')]]);
    await look_at(approver, node, [['node-delivered', task, by('history-row')]]);
  });
  await approver.context().close();
}

// Sessions live in the memory of a program: one that was stopped asks again.
async function sign_in_again(hub_page) {
  await hub_page.goto('about:blank');
  await sign_in(hub_page, stations.hub, 'chi');
  await hub_page.waitForSelector(by('person'));
}

async function all_checks() {
  await check('a hub and the node of a body are set up and serve', async () => {
    stations = await set_up_stations(folder);
    browser = await launch();
  });
  if (!browser) return;
  const hub_page = await hub_checks();
  await sign_in_checks();
  const operator = await signed_in(stations.node, 'an');
  await node_list_checks(operator);
  await hub_page.goto('about:blank');
  await way_of_an_update(operator, hub_page);
  await check('no page broke the content security policy, threw, or was refused anything unexpectedly', async () => {
    assert.deepEqual(complaints.take(), []);
  });
}

// The time limit of `run`: nothing stays behind, and the count is still the last line.
process.once('SIGTERM', () => {
  kill_all();
  rmSync(folder, { recursive: true, force: true });
  void check('the run ended in time', () => Promise.reject(new Error('stopped from outside'))).then(() => process.exit(finish()));
});

try {
  await all_checks();
} catch (error) {
  await check('the run went through', () => Promise.reject(error));
} finally {
  await browser?.close();
  await stations.hub?.stop();
  await stations.node?.stop();
  kill_all();
  rmSync(folder, { recursive: true, force: true });
  status = finish();
}
process.exitCode = status;
