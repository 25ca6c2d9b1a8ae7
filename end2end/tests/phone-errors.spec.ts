import { expectFailure, expectMistake } from "../support/errors.ts";
import { Server } from "../support/server.ts";
import { sentences } from "../support/sentences.ts";
import { expect, test } from "../support/test.ts";

const mistakes = [
  { what: "nothing", typed: "", sentence: sentences.phoneEmpty },
  { what: "too few digits", typed: "0912 34", sentence: sentences.phoneTooShort },
  { what: "too many digits", typed: "0912 345 6789 0123", sentence: sentences.phoneTooLong },
  { what: "letters", typed: "0912 ABC DEFG", sentence: sentences.phoneNotDigits },
  { what: "a landline", typed: "021 8888 8888", sentence: sentences.phoneNotMobile },
  { what: "a country that does not exist", typed: "+999 123 456 789", sentence: sentences.phoneUnknown },
  { what: "more than any number holds", typed: "9".repeat(500), sentence: sentences.phoneTooLong, kept: /^9{64,}$/ },
];

for (const { what, typed, sentence, kept } of mistakes) {
  test(`${what} instead of a mobile number has a sentence of its own`, async ({ app, guard }) => {
    guard.allowRefusal(422);
    await app.open("/sign-in");
    await app.submitPhone(typed);
    await expectMistake(app, { sentence, field: app.phone, kept: kept ?? typed });
    await expect(app.country).toHaveValue("IR");
    await expect(app.country).not.toHaveAttribute("aria-invalid", "true");
    await expect(app.page).toHaveURL("/sign-in#phone");
  });
}

test("a mended mistake leaves no trace", async ({ app, guard, person }) => {
  guard.allowRefusal(422);
  await app.open("/sign-in");
  await app.submitPhone("0912");
  await expect(app.summary).toBeVisible();
  await app.phone.fill(person.national);
  await app.sendCode.click();
  await app.seesCodePage();
  await expect(app.page).toHaveTitle(/^Enter the code we sent/);
  await expect(app.summary).toBeHidden();
  expect(app.messages()).toBe(1);
});

test("an error is shown once: a reload begins afresh", async ({ app, guard, page }) => {
  guard.allowRefusal(422);
  await app.open("/sign-in");
  await app.submitPhone("0912");
  await expect(app.summary).toBeVisible();
  await page.reload();
  await expect(app.phone).toBeVisible();
  await expect(app.summary).toBeHidden();
  await expect(page).toHaveTitle(/^Sign in or create an account/);
});

test.describe("in a browser that names no country", () => {
  test.use({ locale: "en" });

  test("a national number asks for the country", async ({ app, guard, person }) => {
    guard.allowRefusal(422);
    await app.open("/sign-in");
    await expect(app.country).toHaveValue("");
    await app.submitPhone(person.national, "");
    await expectMistake(app, { sentence: sentences.regionNeeded, field: app.country, kept: "" });
    await expect(app.phone).toHaveValue(person.national);
  });
});

test("another browser that asks too early for the same number is told how long to wait", async ({ app, guard, context, person }) => {
  guard.allowRefusal(429);
  await app.askForCode();
  await context.clearCookies();
  await app.open("/sign-in");
  await app.submitPhone(person.national);
  await expectFailure(app, sentences.tooEarly);
  await expect(app.phone).toHaveValue(person.national);
  expect(app.messages()).toBe(1);
});

test("the sixth code of an hour is refused, with the wait in words", async ({ app, guard, context, person }) => {
  guard.allowRefusal(429);
  for (const wait of [31, 61, 121, 301, 301]) {
    await context.clearCookies();
    await app.askForCode();
    app.server.clock.advance(wait);
  }
  await context.clearCookies();
  await app.open("/sign-in");
  await app.submitPhone(person.national);
  await expectFailure(app, sentences.quotaUsedUp);
  expect(app.messages()).toBe(5);
});

test.describe("a server of its own", () => {
  test("serves only the countries it names", async ({ app, guard, page, person }) => {
    guard.allowRefusal(422);
    const server = await Server.start({ MOBILE_AUTH_PHONE_COUNTRIES: "DE,GB" });
    guard.alsoTrust(server.url);
    await app.open(`${server.url}/sign-in`);
    await expect(app.country.getByRole("option")).toHaveText([/Germany/, /United Kingdom/]);
    await app.phone.fill(person.international);
    await app.sendCode.click();
    const sentence = sentences.regionNotServed("Germany or United Kingdom");
    await expectMistake(app, { sentence, field: app.phone, kept: person.international });
    expect(server.outbox.to(person.e164)).toHaveLength(0);
    await page.goto("about:blank");
    server.stop();
  });

  test("says honestly when a message could not be sent, and nothing is used up", async ({ app, guard, page, person }) => {
    guard.allowRefusal(502);
    const server = await Server.start();
    guard.alsoTrust(server.url);
    server.outbox.breakDown();
    await app.open(`${server.url}/sign-in`);
    await app.submitPhone(person.national);
    await expectFailure(app, sentences.notSent);
    await expect(app.phone).toHaveValue(person.national);

    server.outbox.recover();
    await app.sendCode.click();
    await expect(page).toHaveURL(`${server.url}/sign-in/code`);
    expect(server.outbox.to(person.e164), "the failed one did not count").toHaveLength(1);
    await page.goto("about:blank");
    server.stop();
  });
});

test("a server that cannot be reached is told apart from one in trouble @js", async ({ app, guard, page, person }) => {
  guard.allowRefusal(503);
  guard.allow(/^error: Failed to load resource: net::ERR_FAILED \(\/api\/request_code\)/);
  await app.open("/sign-in");
  await page.route("**/api/request_code", (route) => route.abort());
  await app.submitPhone(person.national);
  await expectFailure(app, sentences.unreachable);

  await page.unroute("**/api/request_code");
  await page.route("**/api/request_code", (route) => route.fulfill({ status: 503, json: { error: "unavailable" } }));
  await app.sendCode.click();
  await expectFailure(app, sentences.outOfOrder);

  await page.unroute("**/api/request_code");
  await app.sendCode.click();
  await app.seesCodePage();
});
