// However the number and the code get into their fields, they are taken as they come.

import type { Locator, Page } from "@playwright/test";
import { inPersian, type Person } from "../support/person.ts";
import { sentences } from "../support/sentences.ts";
import { expect, test } from "../support/test.ts";

const LEFT_TO_RIGHT = "\u202a";
const END_OF_DIRECTION = "\u202c";

const spellingsOfCode: Record<string, (code: string) => string> = {
  "plain digits": (code) => code,
  "digits with a space": (code) => `${code.slice(0, 3)} ${code.slice(3)}`,
  "digits with a dash": (code) => `${code.slice(0, 3)}-${code.slice(3)}`,
  "Persian digits": inPersian,
  "digits in invisible marks": (code) => `${LEFT_TO_RIGHT}${code}${END_OF_DIRECTION} `,
  "the whole message": (code) => `${code} is your mobile-auth code. Good for 2 minutes. @localhost #${code}`,
};

const spellingsOfPhone: Record<string, (person: Person) => string> = {
  "dashes": (person) => person.national.replaceAll(" ", "-"),
  "brackets and dots": (person) => person.national.replace(" ", ") ").replace(/^/, "(").replaceAll(/ (?=\d{4}$)/g, "."),
  "two zeros for the plus": (person) => person.e164.replace("+", "00"),
  "Persian digits": (person) => person.persian,
  "invisible marks of a contact app": (person) => `${LEFT_TO_RIGHT}${person.international}${END_OF_DIRECTION}`,
  "non-breaking spaces": (person) => ` ${person.international.replaceAll(" ", "\u00a0")} `,
};

async function paste(page: Page, field: Locator, text: string): Promise<void> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate((clip) => navigator.clipboard.writeText(clip), text);
  await field.focus();
  await page.keyboard.press("ControlOrMeta+V");
}

for (const [what, spelt] of Object.entries(spellingsOfCode)) {
  test(`a code pasted as ${what} signs in @js`, async ({ app, page }) => {
    await app.askForCode();
    const pasted = spelt(app.sentCode());
    await paste(page, app.code, pasted);
    await expect(app.code).toHaveValue(pasted);
    await app.verify.click();
    await app.seesHome();
  });
}

test("however a number is pasted, it is the same number @js", async ({ app, page, person }) => {
  await app.askForCode();
  for (const [what, spelt] of Object.entries(spellingsOfPhone)) {
    await test.step(what, async () => {
      await app.open("/sign-in");
      await app.country.selectOption("IR");
      const pasted = spelt(person);
      await paste(page, app.phone, pasted);
      await expect(app.phone).toHaveValue(pasted);
      await app.sendCode.click();
      await app.seesCodePage();
    });
  }
  expect(app.messages(), "a code to this number was under way each time").toBe(1);
});

test("typing the sixth digit sends nothing: the person decides when", async ({ app, guard, page }) => {
  guard.allowRefusal(422);
  await app.askForCode();
  const posts: string[] = [];
  page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
  await app.code.pressSequentially(app.wrongCode());
  await page.evaluate(() => document.body.getBoundingClientRect());
  expect(posts).toEqual([]);
  await expect(app.summary, "nothing is judged while typing").toBeHidden();
  await app.verify.click();
  await expect(app.summary).toContainText(sentences.codeWrong);
  expect(posts, "one guess, by the button").toHaveLength(1);
});

test("nothing keeps a password manager or the phone from filling the fields", async ({ app }) => {
  await app.open("/sign-in");
  await expect(app.phone).toHaveAttribute("type", "tel");
  await expect(app.phone).toHaveAttribute("autocomplete", "tel");
  await expect(app.phone).toHaveAttribute("inputmode", "tel");
  await expect(app.phone).not.toHaveAttribute("placeholder");
  await expect(app.phone).not.toHaveAttribute("maxlength");
  await app.submitPhone(app.person.national);
  await app.seesCodePage();
  await expect(app.code).toHaveAttribute("type", "text");
  await expect(app.code).toHaveAttribute("inputmode", "numeric");
  await expect(app.code).toHaveAttribute("autocomplete", "one-time-code");
  await expect(app.code).toHaveAttribute("autocapitalize", "off");
  await expect(app.code).toHaveAttribute("spellcheck", "false");
  await expect(app.code).toHaveAttribute("dir", "ltr");
  await expect(app.code).not.toHaveAttribute("maxlength");
  await expect(app.page.getByRole("textbox"), "one field, never six").toHaveCount(1);
});
