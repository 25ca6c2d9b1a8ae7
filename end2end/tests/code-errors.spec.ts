import { expectFailure, expectMistake } from "../support/errors.ts";
import { sentences } from "../support/sentences.ts";
import { expect, test } from "../support/test.ts";

const mistakes = [
  { what: "nothing", typed: "", sentence: sentences.codeEmpty },
  { what: "four digits", typed: "1234", sentence: sentences.codeLength(4) },
  { what: "eight digits", typed: "12345678", sentence: sentences.codeLength(8) },
  { what: "letters", typed: "12345a", sentence: sentences.codeNotDigits },
];

test("what is no code has a sentence of its own and costs no guess", async ({ app, guard }) => {
  guard.allowRefusal(422);
  await app.askForCode();
  for (const { what, typed, sentence } of mistakes) {
    await test.step(what, async () => {
      await app.submitCode(typed);
      await expectMistake(app, { sentence, field: app.code, kept: typed });
      await app.ready();
    });
  }
  await app.submitCode(app.wrongCode());
  await expectMistake(app, { sentence: sentences.codeWrong, field: app.code, kept: app.wrongCode() });
});

test("wrong codes: the tries left are told from three down, then only a new code helps", async ({ app, guard, page, person }) => {
  guard.allowRefusal(422);
  guard.allowRefusal(429);
  await app.askForCode();
  const wrong = app.wrongCode();
  const told = [sentences.codeWrong, ...[3, 2, 1].map(sentences.codeWrongTriesLeft)];
  for (const sentence of told) {
    await app.submitCode(wrong);
    await expectMistake(app, { sentence, field: app.code, kept: wrong });
    await app.ready();
  }
  await app.submitCode(wrong);
  await expect(page.getByText(sentences.guessesExhausted).first()).toBeVisible();
  await expect(page).toHaveTitle(/^Error: /);
  await expect(page.getByRole("alert").filter({ hasText: sentences.guessesExhausted })).toHaveCount(1);
  await expect(page.getByText(person.national)).toBeVisible();
  await expect(app.code, "no field for a code that cannot be right").toHaveCount(0);

  app.server.clock.advance(31);
  await page.reload();
  await app.ready();
  await app.sendNewCode.click();
  await expect(app.code).toBeVisible();
  await app.seesCodePage();
  expect(app.messages()).toBe(2);
  await expect(page.getByText(person.national)).toBeVisible();
  await app.submitCode(app.sentCode());
  await app.seesHome();
});

test("the last try is warned of on a page that comes back", async ({ app, guard, page }) => {
  guard.allowRefusal(422);
  await app.askForCode();
  for (const sentence of [sentences.codeWrong, ...[3, 2, 1].map(sentences.codeWrongTriesLeft)]) {
    await app.submitCode(app.wrongCode());
    await expect(app.summary).toContainText(sentence);
    await app.ready();
  }
  await page.reload();
  await expect(app.code).toHaveAccessibleDescription(/You have 1 try left/);
});

test("a code that has run out: one press sends a new one, the number is kept", async ({ app, page, person }) => {
  await app.askForCode();
  app.server.clock.advance(121);
  await page.reload();
  await app.ready();
  await expect(page.getByRole("alert").filter({ hasText: sentences.codeExpired })).toBeVisible();
  await expect(page.getByText(person.national)).toBeVisible();
  expect(app.messages(), "nothing is sent unasked").toBe(1);

  await app.sendNewCode.click();
  await expect(app.code).toBeVisible();
  await app.seesCodePage();
  await expect(page.getByText("We sent a new code.")).toBeVisible();
  expect(app.messages()).toBe(2);
  await app.submitCode(app.sentCode());
  await app.seesHome();
});

test("a code typed too late is refused as run out, and a new one is a press away", async ({ app, guard, page }) => {
  guard.allowRefusal(422);
  if (app.hasScripts) await page.clock.install();
  await app.askForCode();
  app.server.clock.advance(121);
  if (app.hasScripts) await page.clock.runFor(121_000);
  await app.submitCode(app.sentCode());
  await expectFailure(app, sentences.codeExpired);
  await app.sendNewCode.click();
  await expect(page.getByText("We sent a new code.")).toBeVisible();
  await app.ready();
  await app.submitCode(app.sentCode());
  await app.seesHome();
});

test("an earlier code stays good until its own two minutes are over", async ({ app, page }) => {
  await app.askForCode();
  const first = app.sentCode();
  app.server.clock.advance(31);
  await page.reload();
  await app.ready();
  await app.sendNewCode.click();
  await expect(page.getByText("We sent a new code.")).toBeVisible();
  await app.ready();
  expect(app.messages()).toBe(2);
  await app.submitCode(first);
  await app.seesHome();
});

test("asking again too early sends nothing and says how long to wait @no-script", async ({ app }) => {
  await app.askForCode();
  await app.sendNewCode.click();
  await expectFailure(app, sentences.tooEarly);
  await expect(app.code).toBeVisible();
  expect(app.messages()).toBe(1);
});

test("a code without an attempt under way leads back to the number", async ({ app, guard, context, page }) => {
  guard.allowRefusal(409);
  await app.askForCode();
  const code = app.sentCode();
  await context.clearCookies();
  await app.submitCode(code);
  await expectFailure(app, sentences.challengeMissing);
  if (app.hasScripts) await app.summary.getByRole("link", { name: sentences.challengeMissing }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await expect(app.phone).toBeVisible();
});

test("after ten minutes the attempt is over", async ({ app, page }) => {
  await app.askForCode();
  app.server.clock.advance(601);
  await page.goto("/sign-in/code");
  await app.seesPhonePage();
});
