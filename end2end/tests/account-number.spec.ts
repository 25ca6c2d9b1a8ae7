// Another number for an account, the way back from that, and numbers that are given to somebody else.

import type { App } from "../support/app.ts";
import { Person } from "../support/person.ts";
import { expect, test } from "../support/test.ts";

/** What stands in the newest message to a number before "within 3 days". */
function undoCode(app: App): string {
  const text = app.server.outbox.to(app.person.e164).at(-1)?.text ?? "";
  return /Undo: (\w{4}-\w{4}), within 3 days/.exec(text)?.[1] ?? `no undo code in ${text || "no message"}`;
}

test("a person changes their number, and whoever has the old one undoes it", async ({ app, context, page, person }) => {
  await app.signIn();
  const next = Person.create();
  await app.askToChangeNumber(next.national);
  await expect(page.getByText(next.national)).toBeVisible();
  await app.submitCode(app.server.outbox.code(next.e164));
  await app.seesAccount();
  await expect(page.getByRole("status")).toContainText("Your number is changed.");
  await expect(page.getByText(`ending in ${next.lastTwoDigits}`)).toBeAttached();
  const code = undoCode(app);

  await context.clearCookies();
  await app.open("/sign-in");
  await page.getByText("I cannot use this phone").click();
  await page.getByRole("link", { name: "Undo" }).click();
  await expect(app.heading).toHaveText("Undo a change of number");
  await app.undo(person.national, "0000-0000");
  await expect(app.summary).toContainText("do not fit together");
  await app.undo(person.national, code.toLowerCase().replace("-", " "));
  await app.seesPhonePage();
  await expect(page.getByRole("status")).toContainText("Your number is back");
  app.server.clock.advance(31);
  await app.signIn();
});

test("a number that has an account cannot become another's", async ({ app, context, page, guard }) => {
  guard.allowRefusal(422);
  const other = Person.create();
  await app.askForCode(other.national);
  await app.submitCode(app.server.outbox.code(other.e164));
  await app.seesHome();
  await context.clearCookies();
  app.server.clock.advance(31);
  await app.signIn();
  await app.askToChangeNumber(other.national);
  await app.submitCode(app.server.outbox.code(other.e164));
  await expect(app.summary).toContainText("That number cannot become yours");
  await page.goto("/account");
  await expect(page.getByText(`ending in ${app.person.lastTwoDigits}`)).toBeAttached();
});

test("a change of number first wants a fresh code", async ({ app, page }) => {
  await app.signIn();
  app.server.clock.advance(601);
  await page.goto("/account/number");
  await page.getByRole("button", { name: "Send me a code" }).click();
  await app.seesCodePage();
  await app.submitCode(app.sentCode());
  await app.seesAccount();
  await app.askToChangeNumber(Person.create().national);
});

test("whoever got the number of somebody else sees nothing of them and begins anew", async ({ app, page }) => {
  await app.signInAfterHalfAYear();
  await page.goto("/account");
  await expect(page).toHaveURL("/account/in-doubt");
  await page.getByRole("button", { name: "Begin with an empty account" }).click();
  await app.seesAccount();
  await expect(page.getByText("You have none.")).toBeVisible();
});

test("an owner who comes back after a long time opens the account by a code on paper", async ({ app, page }) => {
  let codes: string[] = [];
  await app.signInAfterHalfAYear(async () => {
    codes = await app.makeRecoveryCodes();
  });
  await page.getByRole("textbox", { name: "Recovery code", exact: true }).fill(codes[0] ?? "");
  await page.getByRole("button", { name: "Open my account" }).click();
  await app.seesAccount();
  await expect(page.getByText("You have 9 left.")).toBeVisible();
});
