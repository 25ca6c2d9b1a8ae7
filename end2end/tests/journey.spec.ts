import { inPersian } from "../support/person.ts";
import { expect, test } from "../support/test.ts";

test("a stranger signs in with nothing but a number, and leaves nothing behind", async ({ app, page, person }) => {
  await page.goto("/");
  await app.seesPhonePage();
  await app.country.selectOption({ label: "Iran +98" });
  await app.phone.fill(person.national);
  await app.sendCode.click();

  await app.seesCodePage();
  await expect(page.getByText(person.national)).toBeVisible();
  await app.code.fill(app.sentCode());
  await app.verify.click();

  await app.seesHome();
  const main = page.getByRole("main");
  await expect(main).toContainText(person.lastTwoDigits);
  expect((await main.innerText()).replace(/\D/g, "")).not.toContain(person.subscriber.slice(0, -2));
  expect(app.messages()).toBe(1);

  await app.signOut.click();
  await app.seesPhonePage();
  await expect(page.getByText("You have signed out.")).toBeVisible();
  await expect(app.phone).toHaveValue("");

  await page.goBack();
  await app.seesPhonePage();
  await expect(page.getByText("You are signed in")).toHaveCount(0);
});

test("whoever is signed in has no business on the sign-in pages", async ({ app, page }) => {
  await app.signIn();
  for (const path of ["/sign-in", "/sign-in/code"]) {
    await page.goto(path);
    await app.seesHome();
  }
});

test("an international number needs no country, and one in Persian digits is read", async ({ app, page, person }) => {
  await app.open("/sign-in");
  await app.submitPhone(person.international, "GB");
  await app.seesCodePage();
  await expect(page.getByText(person.international)).toBeVisible();

  await app.submitCode(inPersian(app.sentCode()));
  await app.seesHome();
  await app.signOut.click();
  await app.seesPhonePage();

  app.server.clock.advance(31);
  await app.submitPhone(person.persian);
  await app.seesCodePage();
  await expect(page.getByText(person.persian)).toBeVisible();
  expect(app.messages(), "it is the same number, however it is written").toBe(2);
});

test("the number can be changed, and is kept for editing", async ({ app, page, person }) => {
  await app.askForCode();
  await app.changeNumber.click();
  await expect(app.phone).toHaveValue(person.national);
  await expect(app.country).toHaveValue("IR");

  await app.ready();
  await app.sendCode.click();
  await app.seesCodePage();
  expect(app.messages(), "the same number again, so soon: the code under way will do").toBe(1);
  await expect(page.getByText(person.national)).toBeVisible();
});

test("the code of another browser is of no use here", async ({ app, browser, person, baseURL }) => {
  await app.askForCode();
  const code = app.sentCode();
  const other = await browser.newContext({ baseURL: baseURL ?? "" });
  const page = await other.newPage();
  await page.goto("/sign-in/code");
  await expect(page, "no code was asked for here").toHaveURL("/sign-in");
  const answer = await page.request.post("/api/verify_code", { form: { code }, headers: { origin: app.server.url } });
  expect(answer.status()).toBe(409);
  expect(await answer.json()).toEqual({ error: "challenge_missing" });
  expect((await other.storageState()).cookies.map(({ name }) => name)).not.toContain("session");
  await other.close();

  await app.submitCode(app.server.outbox.code(person.e164));
  await app.seesHome();
});

test.describe("in a browser that speaks Persian", () => {
  test.use({ locale: "fa-IR" });

  test("the country is chosen already", async ({ app, person }) => {
    await app.open("/sign-in");
    await expect(app.country).toHaveValue("IR");
    await app.phone.fill(person.national);
    await app.sendCode.click();
    await app.seesCodePage();
  });
});
