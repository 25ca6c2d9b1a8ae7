// The time that is left, seen by the eye each second and told to the ear three times.

import type { Page } from "@playwright/test";
import type { App } from "../support/app.ts";
import { expect, test } from "../support/test.ts";

declare global {
  interface Window {
    spoken: string[];
  }
}

/** Loads the code page with a clock that only the test moves. */
async function openWithStoppedClock(app: App): Promise<void> {
  await app.askForCode();
  await app.loadWithStoppedClock();
}

/** Second by second, as time does. */
async function pass(page: Page, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) await page.clock.runFor(1000);
}

/** Keeps what a screen reader would say: every new text in a live region. */
async function listen(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.spoken = [];
    const regions = document.querySelectorAll("[aria-live]:not([aria-live=off]), [role=alert], [role=status]");
    for (const region of regions) {
      const speak = () => region.textContent?.trim() && window.spoken.push(region.textContent.trim());
      new MutationObserver(speak).observe(region, { childList: true, characterData: true, subtree: true });
    }
  });
}

test("the time left is a silent timer that counts each second @js", async ({ app, page }) => {
  await openWithStoppedClock(app);
  await expect(app.timer).toHaveText(/^1:5\d$/);
  const seconds = async () => {
    const [minutes = 0, rest = 0] = (await app.timer.innerText()).split(":").map(Number);
    return minutes * 60 + rest;
  };
  const before = await seconds();
  await pass(page, 3);
  expect(await seconds()).toBe(before - 3);
  await expect(app.timer).not.toHaveAttribute("aria-live", /polite|assertive/);
  await expect(page.getByText(/lasts 2 minutes/)).toBeVisible();
});

test("a screen reader is told at 60 seconds, at 30 and at the end; nothing moves and nothing is sent @js", async ({ app, page }) => {
  await openWithStoppedClock(app);
  await listen(page);
  await app.code.fill("123");
  await expect(app.code).toBeFocused();
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));

  await pass(page, 130);

  const spoken = await page.evaluate(() => window.spoken);
  expect(spoken).toEqual([expect.stringMatching(/60 seconds|1 minute/), expect.stringMatching(/30 seconds/), expect.stringMatching(/run out/)]);
  await expect(page.getByRole("alert").filter({ hasText: "That code has run out" })).toBeVisible();
  await expect(app.timer).toBeHidden();
  await expect(app.code).toBeFocused();
  await expect(app.code).toHaveValue("123");
  await expect(page).toHaveURL("/sign-in/code");
  expect(requests, "no reload and no message unasked").toEqual([]);
  expect(app.messages()).toBe(1);
});

test("“Send a new code” is held until the wait is over, with the wait in words @js", async ({ app, page }) => {
  await openWithStoppedClock(app);
  const posts: string[] = [];
  page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
  await expect(app.sendNewCode).toBeDisabled();
  await expect(app.sendNewCode, "it keeps its place in the tab order").not.toHaveAttribute("disabled");
  await expect(app.sendNewCode).toHaveAccessibleDescription(/You can ask for another code in 2\d seconds\./);
  await app.sendNewCode.focus();
  await page.keyboard.press("Enter");
  expect(posts).toEqual([]);

  await pass(page, 30);
  await expect(app.sendNewCode).toBeEnabled();
  await expect(page.getByText(/another code in/)).toBeHidden();
  await expect(app.sendNewCode).toBeFocused();
  app.server.clock.advance(31);
  await page.keyboard.press("Enter");
  await expect(page.getByText("We sent a new code.")).toBeVisible();
  expect(app.messages()).toBe(2);
});

test("after half a minute the page offers advice @js", async ({ app, page }) => {
  await openWithStoppedClock(app);
  const advice = page.getByText("A message can take a minute.");
  await expect(advice).toBeHidden();
  await pass(page, 31);
  await expect(advice).toBeVisible();
});

test("after the end the same page sends a new code by one press @js", async ({ app, page }) => {
  await openWithStoppedClock(app);
  await pass(page, 121);
  app.server.clock.advance(121);
  await app.sendNewCode.click();
  await expect(page.getByText("We sent a new code.")).toBeVisible();
  await app.ready();
  expect(app.messages()).toBe(2);
  await app.submitCode(app.sentCode());
  await app.seesHome();
});
