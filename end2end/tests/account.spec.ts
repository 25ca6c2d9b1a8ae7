// Where one is signed in, and the way out of it: all by plain forms.

import { App } from "../support/app.ts";
import { expect, test } from "../support/test.ts";

test("a person sees where they are signed in, and signs out elsewhere", async ({ app, browser, page, person, baseURL }) => {
  await app.signIn();
  app.server.clock.advance(31);
  const context = await browser.newContext({ baseURL: baseURL ?? "", javaScriptEnabled: app.hasScripts });
  const other = new App(await context.newPage(), app.server, person, false);
  await other.signIn();

  await app.account.click();
  await app.seesAccount();
  const sessions = page.getByRole("listitem").filter({ has: page.getByRole("button", { name: /^Sign out: / }) });
  await expect(sessions).toHaveCount(2);
  await expect(sessions.first()).toContainText("(this one)");
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await app.seesAccount();
  await expect(page.getByRole("status")).toHaveText("You are signed out there.");
  await expect(sessions).toHaveCount(1);

  await other.page.goto("/");
  await other.seesPhonePage();
  await context.close();

  await page.getByRole("button", { name: "Sign out everywhere", exact: true }).click();
  await app.seesPhonePage();
  await expect(page.getByText("You have signed out.")).toBeVisible();
});

test("a person without their phone gets back in by a code on paper", async ({ app, context, page, person }) => {
  await app.signIn();
  const codes = await app.makeRecoveryCodes();
  const lines = await page.locator(".codes li").evaluateAll((items) =>
    items.map((item) => {
      const text = document.createRange();
      text.selectNodeContents(item);
      return [...text.getClientRects()].map(({ top }) => top);
    }),
  );
  expect(lines.map((tops) => tops.length), "no code is torn over two lines").toEqual(codes.map(() => 1));
  expect(new Set(lines.flat()).size, "no two stand side by side, where the number of one ends the other").toBe(codes.length);
  expect(new Set(codes).size).toBe(10);
  await page.reload();
  await app.seesAccount();

  await context.clearCookies();
  await app.open("/sign-in");
  await page.getByText("I cannot use this phone").click();
  await page.getByRole("link", { name: "use a recovery code" }).click();
  await expect(app.heading).toHaveText("Sign in without your phone");
  await app.recover(person.national, codes[0] ?? "");
  await app.seesAccount();
  await expect(page.getByRole("status")).toContainText("used up");
  await expect(page.getByText("You have 9 left.")).toBeVisible();
  expect(app.messages(), "no message was needed").toBe(1);
});

test("an account is deleted with a fresh code, and kept after all", async ({ app, page }) => {
  await app.signIn();
  app.server.clock.advance(601);
  await page.goto("/account");
  await page.getByRole("button", { name: "Delete my account" }).click();
  await expect(app.summary).toContainText("confirm that it is you");
  await page.getByRole("button", { name: "Send me a code" }).click();
  await app.seesCodePage();
  await app.submitCode(app.sentCode());
  await app.seesAccount();
  await page.getByRole("button", { name: "Delete my account" }).click();
  await expect(page.getByText(/Your account will be deleted on/)).toBeVisible();
  await page.getByRole("button", { name: "Keep my account" }).click();
  await expect(page.getByRole("status")).toHaveText("Your account stays.");
});

test("what happened is told in plain words, and the data can be taken away", async ({ app, guard, page }) => {
  guard.allowRefusal(422);
  await app.askForCode();
  await app.submitCode(app.wrongCode());
  await expect(app.summary).toBeVisible();
  await app.ready();
  await app.submitCode(app.sentCode());
  await app.seesHome();
  // The record may be a quarter of a second behind.
  await expect(async () => {
    await page.goto("/account");
    await expect(page.getByText("A wrong code was tried")).toBeVisible({ timeout: 100 });
    await expect(page.getByText("Signed in", { exact: true })).toBeVisible({ timeout: 100 });
  }).toPass();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download your data" }).click()]);
  expect(download.suggestedFilename()).toBe("account.json");
});
