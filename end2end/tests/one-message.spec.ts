// A text message costs money and trust: each is asked for by one press, and by nothing else.

import { expect, test } from "../support/test.ts";

test("a double click asks once", async ({ app, person }) => {
  await app.open("/sign-in");
  await app.country.selectOption("IR");
  await app.phone.fill(person.national);
  await app.sendCode.dblclick();
  await app.seesCodePage();
  expect(app.messages()).toBe(1);
});

test("reload, back and forward ask for nothing", async ({ app, page }) => {
  await app.askForCode();
  await page.reload();
  await app.seesCodePage();
  await page.goBack();
  await app.seesPhonePage();
  await page.goForward();
  await app.seesCodePage();
  expect(app.messages()).toBe(1);
});

test("stepping back and sending the same number again leads on without a second message", async ({ app, page, person }) => {
  await app.askForCode();
  await page.goBack();
  await app.seesPhonePage();
  await app.submitPhone(person.international);
  await app.seesCodePage();
  expect(app.messages()).toBe(1);
  await app.submitCode(app.sentCode());
  await app.seesHome();
});

test("an answer that is lost on its way costs no second message, and pressing again leads on @js", async ({ app, guard, page, person }) => {
  guard.allow(/^error: Failed to load resource: net::ERR_FAILED \(\/api\/request_code\)/);
  await app.open("/sign-in");
  await page.route("**/api/request_code", async (route) => {
    const sent = route.request();
    // Not by Playwright's own request, which would keep the answer's cookies.
    await fetch(sent.url(), { method: "POST", headers: await sent.allHeaders(), body: sent.postData() });
    await route.abort();
  });
  await app.submitPhone(person.national);
  await expect(app.summary).toContainText("We could not reach the site");
  await page.unroute("**/api/request_code");
  await app.sendCode.click();
  await app.seesCodePage();
  expect(app.messages()).toBe(1);
  await app.submitCode(app.sentCode());
  await app.seesHome();
});

test("a double click on “Send a new code” sends one", async ({ app, page }) => {
  await app.askForCode();
  app.server.clock.advance(31);
  await page.reload();
  await app.ready();
  await app.sendNewCode.dblclick();
  await expect(page.getByText(/another code in \d+ seconds/).first()).toBeVisible();
  await app.seesCodePage();
  expect(app.messages()).toBe(2);
});
