// A call, or WhatsApp, instead of a third message, for whoever waited for two: with scripts and without.

import type { Locator, Page } from "@playwright/test";
import type { App } from "../support/app.ts";
import { expectAccessible } from "../support/axe.ts";
import { Caller } from "../support/caller.ts";
import { cutOff } from "../support/layout.ts";
import { Server } from "../support/server.ts";
import { expect, test as base } from "../support/test.ts";

const test = base.extend<object, { caller: Caller; server: Server }>({
  caller: [
    async ({}, use) => {
      const caller = await Caller.start();
      await use(caller);
      caller.stop();
    },
    { scope: "worker" },
  ],
  server: [
    async ({ caller }, use) => {
      const server = await Server.start(caller.settings());
      await use(server);
      server.stop();
    },
    { scope: "worker" },
  ],
});

const callMe = (page: Page): Locator => page.getByRole("button", { name: "Call me instead", exact: true });
const status = (page: Page): Locator => page.getByRole("status").first();

async function later(app: App, seconds: number): Promise<void> {
  app.server.clock.advance(seconds);
  await app.page.reload();
  await app.ready();
}

/** Two messages that did not arrive, and the wait after the second is over. */
async function waitForTwo(app: App): Promise<void> {
  await app.askForCode();
  await expect(callMe(app.page)).toHaveCount(0);
  await later(app, 31);
  await expect(callMe(app.page)).toHaveCount(0);
  await app.sendNewCode.click();
  await expect(status(app.page)).toHaveText("We sent a new code.");
  await app.ready();
  await expect(callMe(app.page)).toBeVisible();
}

test("after the second message one may be called, and the digits sign in", async ({ app, page, caller, person }) => {
  await waitForTwo(app);
  await later(app, 61);
  await callMe(page).click();
  await expect(status(page)).toHaveText(`We are calling your number that ends in ${person.lastTwoDigits}. A voice says a new code twice.`);
  expect(app.messages(), "a call is no message").toBe(2);
  await expect(page.getByText("We texted it to"), "what was said is not a text").toHaveCount(0);
  const digits = caller.said(person.e164);
  expect(digits).toMatch(/^(\d{6})\1$/);
  await app.submitCode(digits.slice(0, 6));
  await app.seesHome();
});

test("or one gets it by WhatsApp", async ({ app, page, caller, person }) => {
  await waitForTwo(app);
  await later(app, 61);
  await page.getByRole("button", { name: "Send it by WhatsApp", exact: true }).click();
  await expect(status(page)).toHaveText(`We sent a new code by WhatsApp to your number that ends in ${person.lastTwoDigits}.`);
  expect(app.messages()).toBe(2);
  await app.submitCode(caller.written(person.e164));
  await app.seesHome();
});

test("a call waits as a message does @js", async ({ app, page, caller, person }) => {
  await waitForTwo(app);
  await expect(callMe(page)).toHaveAttribute("aria-disabled", "true");
  await expect(callMe(page)).toHaveAccessibleDescription(/You can ask for another code in/);
  await callMe(page).click({ force: true });
  await expect(page).toHaveURL("/sign-in/code");
  expect(caller.said(person.e164)).toBe("");
});

test("without scripts the server says how long a call waits @no-script", async ({ app, page, caller, person }) => {
  await waitForTwo(app);
  await callMe(page).click();
  await expect(app.summary).toContainText("You can ask for another code in");
  expect(caller.said(person.e164)).toBe("");
});

test("the keyboard reaches the call after the new code", async ({ app, page }) => {
  await waitForTwo(app);
  await later(app, 61);
  await app.sendNewCode.focus();
  await page.keyboard.press("Tab");
  await expect(callMe(page)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(status(page)).toContainText("We are calling");
});

// Colours in the midst of a transition are nobody's colours.
test.use({ contextOptions: { reducedMotion: "reduce" } });

test("the page that offers a call has no fault that a machine finds, and fits", async ({ app, page }, testInfo) => {
  await waitForTwo(app);
  await later(app, 61);
  await expectAccessible(page, "a call is offered", app.hasScripts);
  const size = await callMe(page).boundingBox();
  expect(size?.height).toBeGreaterThanOrEqual(44);
  expect(await cutOff(page), "as it comes").toEqual([]);
  await page.screenshot({ path: testInfo.outputPath("offered.png"), fullPage: true });
  await callMe(page).click();
  await expect(status(page)).toContainText("We are calling");
  await expectAccessible(page, "we are calling", app.hasScripts);
  await page.screenshot({ path: testInfo.outputPath("calling.png"), fullPage: true });
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await cutOff(page), "320 pixels wide").toEqual([]);
});
