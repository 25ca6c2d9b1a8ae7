// Leaving the code page and coming back, or reloading it, shows how things stand, not how they stood.

import { expect, test } from "../support/test.ts";

test("the time left and the wait are the server's, after a reload and in a new tab", async ({ app, context, page, person }) => {
  await app.askForCode();
  app.server.clock.advance(20);
  const sentAt = Date.parse(app.server.outbox.to(person.e164)[0]?.sent_at ?? "");
  await page.goto("about:blank");
  await page.goto("/sign-in/code");
  await app.seesCodePage();
  const age = (app.server.clock.now().getTime() - sentAt) / 1000;

  if (app.hasScripts) {
    const [minutes = 0, seconds = 0] = (await app.timer.innerText()).split(":").map(Number);
    expect(Math.abs(minutes * 60 + seconds - (120 - age))).toBeLessThan(4);
  } else {
    // The code is as old as the decision to send it, a little older than its message: often the same second, not always.
    const shown = Date.parse(`1970-01-01T${/\d\d:\d\d:\d\d/.exec(await app.timer.innerText())?.[0]}Z`);
    const late = ((sentAt + 120_000 - shown) % 86_400_000) / 1000;
    expect(late, "seconds between what is shown and the end").toBeLessThan(2);
    await expect(page.getByText("2 minutes").first()).toBeVisible();
  }
  await expect(page.getByText(/You can ask for another code in \d+ seconds?\./)).toBeVisible();

  app.server.clock.advance(20);
  const tab = await context.newPage();
  await tab.goto("/sign-in/code");
  await expect(tab.getByRole("button", { name: "Send a new code" })).toBeEnabled();
  await expect(tab.getByText(/another code in/)).toBeHidden();
});

test("a used-up minute counts also while the page was away", async ({ app, page }) => {
  await app.askForCode();
  await page.goto("/sign-in");
  app.server.clock.advance(130);
  await page.getByRole("link", { name: "Enter the code we sent" }).click();
  await app.seesCodePage();
  await expect(page.getByRole("alert").filter({ hasText: "That code has run out" })).toBeVisible();
  await expect(app.sendNewCode).toBeEnabled();
});
