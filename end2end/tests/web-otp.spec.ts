// Where the browser can read the code out of the message, it does; nothing depends on it.

import type { Page } from "@playwright/test";
import { sentences } from "../support/sentences.ts";
import { expect, test } from "../support/test.ts";

interface Phone {
  asked: unknown[];
  aborted: number;
  deliver: (code: string) => void;
}

declare global {
  interface Window {
    phone: Phone;
  }
}

/** A browser on a phone, as far as WebOTP goes: it waits for a message until the page gives up. */
async function pretendWebOtp(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const phone: Phone = { asked: [], aborted: 0, deliver: () => {} };
    const get = (options: { otp: unknown; signal: AbortSignal }) =>
      new Promise((resolve, reject) => {
        phone.asked.push(options.otp);
        phone.deliver = (code) => resolve({ type: "otp", code });
        options.signal.addEventListener("abort", () => {
          phone.aborted += 1;
          reject(new DOMException("given up", "AbortError"));
        });
      });
    Object.assign(window, { phone, OTPCredential: class OTPCredential {} });
    Object.defineProperty(navigator, "credentials", { value: { get } });
  });
}

test("the code of the message fills the field and is sent @js", async ({ app, page }) => {
  await pretendWebOtp(page);
  await app.askForCode();
  expect(await page.evaluate(() => window.phone.asked)).toEqual([{ transport: ["sms"] }]);
  await page.evaluate((code) => window.phone.deliver(code), app.sentCode());
  await app.seesHome();
});

test("the wait for the message ends when the person sends the form @js", async ({ app, guard, page }) => {
  guard.allowRefusal(422);
  await pretendWebOtp(page);
  await app.askForCode();
  expect(await page.evaluate(() => window.phone.aborted)).toBe(0);
  await app.submitCode(app.wrongCode());
  await expect(app.summary).toContainText(sentences.codeWrong);
  expect(await page.evaluate(() => window.phone.aborted)).toBe(1);
});

test("the wait for the message ends after two minutes @js", async ({ app, page }) => {
  await pretendWebOtp(page);
  await app.askForCode();
  await page.clock.install();
  await page.reload();
  await app.ready();
  await page.clock.runFor(115_000);
  expect(await page.evaluate(() => window.phone.aborted)).toBe(0);
  await page.clock.runFor(10_000);
  expect(await page.evaluate(() => window.phone.aborted)).toBe(1);
});

test("a browser that refuses is no trouble @js", async ({ app, page }) => {
  await page.addInitScript(() => {
    const get = () => Promise.reject(new DOMException("not here", "NotAllowedError"));
    Object.assign(window, { OTPCredential: class OTPCredential {} });
    Object.defineProperty(navigator, "credentials", { value: { get } });
  });
  await app.signIn();
});

test("our own pages may ask for the code, and no other", async ({ request }) => {
  const response = await request.get("/sign-in");
  expect(response.headers()["permissions-policy"]).toContain("otp-credentials=(self)");
});
