// Every state that a page of the product can be in, and the way there: for whatever must hold in all of them.

import { expect } from "@playwright/test";
import type { App } from "./app.ts";
import type { Guard } from "./guard.ts";

type Way = (app: App, guard: Guard) => Promise<void>;

async function codePageAfter(app: App, seconds: number): Promise<void> {
  await app.askForCode();
  app.server.clock.advance(seconds);
  await app.page.reload();
  await app.ready();
}

async function guessWrongly(app: App, guard: Guard, times: number): Promise<void> {
  guard.allowRefusal(422);
  await app.askForCode();
  for (let guess = 0; guess < times; guess++) {
    await app.submitCode(app.wrongCode());
    await expect(app.page).toHaveTitle(/^Error: /);
    await app.ready();
  }
}

export const states: Record<string, Way> = {
  "phone page": (app) => app.open("/sign-in"),

  "phone page with an error": async (app, guard) => {
    guard.allowRefusal(422);
    await app.open("/sign-in");
    await app.submitPhone("0912 34");
    await expect(app.summary).toBeVisible();
  },

  "phone page that must wait": async (app, guard) => {
    guard.allowRefusal(429);
    await app.askForCode();
    await app.page.context().clearCookies();
    await app.open("/sign-in");
    await app.submitPhone(app.person.national);
    await expect(app.summary).toBeVisible();
  },

  "phone page with a code under way": async (app) => {
    await app.askForCode();
    await app.changeNumber.click();
    await expect(app.phone).toBeVisible();
    await app.ready();
  },

  "code page that must wait": (app) => app.askForCode(),

  "code page that may ask again": (app) => codePageAfter(app, 31),

  "code page with an error": (app, guard) => guessWrongly(app, guard, 2),

  "code page after a new code": async (app) => {
    await codePageAfter(app, 31);
    await app.sendNewCode.click();
    await expect(app.page.getByRole("status")).toBeVisible();
    await app.ready();
  },

  "code page whose code has run out": (app) => codePageAfter(app, 121),

  "code page with no tries left": async (app, guard) => {
    await guessWrongly(app, guard, 5);
    await expect(app.code).toHaveCount(0);
  },

  "home": (app) => app.signIn(),

  "account page": async (app) => {
    await app.signIn();
    await app.account.click();
    await app.seesAccount();
  },

  "new recovery codes": async (app) => {
    await app.signIn();
    await app.makeRecoveryCodes();
  },

  "recovery page": (app) => app.open("/recover"),

  "recovery page with an error": async (app) => {
    await app.open("/recover");
    await app.recover(app.person.national, "0000-0000-0000-0000");
    await expect(app.summary).toBeVisible();
  },

  "number page": async (app) => {
    await app.signIn();
    await app.page.goto("/account/number");
    await expect(app.heading).toHaveText("Change your number");
  },

  "number page with an error": async (app) => {
    await app.signIn();
    await app.page.goto("/account/number");
    await app.page.getByRole("textbox", { name: "New mobile number", exact: true }).fill("0912 34");
    await app.sendCode.click();
    await expect(app.summary).toBeVisible();
  },

  "number page that wants a fresh code": async (app) => {
    await app.signIn();
    app.server.clock.advance(601);
    await app.page.goto("/account/number");
    await expect(app.page.getByRole("button", { name: "Send me a code" })).toBeVisible();
  },

  "undo page": (app) => app.open("/undo"),

  "undo page with an error": async (app) => {
    await app.open("/undo");
    await app.undo(app.person.national, "0000-0000");
    await expect(app.summary).toBeVisible();
  },

  "account in doubt": (app) => app.signInAfterHalfAYear(),

  "account in doubt with an error": async (app) => {
    await app.signInAfterHalfAYear();
    await app.page.getByRole("textbox", { name: "Recovery code", exact: true }).fill("12");
    await app.page.getByRole("button", { name: "Open my account" }).click();
    await expect(app.summary).toBeVisible();
  },

  "account in doubt that waits": async (app) => {
    await app.signInAfterHalfAYear();
    await app.page.getByRole("button", { name: /begin the week/ }).click();
    await expect(app.page.getByText(/the account opens on/)).toBeVisible();
  },

  "account page that wants a fresh code": async (app) => {
    await app.signIn();
    app.server.clock.advance(601);
    await app.page.goto("/account");
    await app.page.getByRole("button", { name: "Delete my account" }).click();
    await expect(app.summary).toBeVisible();
  },

  "phone page after signing out": async (app) => {
    await app.signIn();
    await app.signOut.click();
    await app.seesPhonePage();
  },

  "page that does not exist": async (app, guard) => {
    guard.allowRefusal(404, "/no-such-page");
    await app.open("/no-such-page");
  },
};
