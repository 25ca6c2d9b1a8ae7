// The whole journey without a mouse: every stop is reached in reading order, is seen, and has a name.

import type { Page } from "@playwright/test";
import { expect, test } from "../support/test.ts";

interface Stop {
  name: string;
  isSeen: boolean;
  isInView: boolean;
}

async function stop(page: Page): Promise<Stop> {
  return page.evaluate(() => {
    const element = document.activeElement ?? document.body;
    const label = element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? element.labels?.[0] : element;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return {
      name: (label?.textContent ?? "").trim(),
      isSeen: (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none",
      isInView: box.top >= 0 && box.bottom <= window.innerHeight && box.height > 0,
    };
  });
}

/** Presses Tab until the stop of this name, and gives the names on the way. */
async function tabTo(page: Page, name: string): Promise<string[]> {
  const names: string[] = [];
  while (names.at(-1) !== name) {
    expect(names.length, `${name} is reached; seen so far: ${names.join(", ")}`).toBeLessThan(12);
    await page.keyboard.press("Tab");
    const { name: here, isSeen, isInView } = await stop(page);
    expect(isSeen, `the focus on “${here}” is seen`).toBe(true);
    expect(isInView, `“${here}” is scrolled into view`).toBe(true);
    names.push(here);
  }
  return names;
}

test("all by keyboard: number, code, home, out", async ({ app, page, person }) => {
  await app.open("/sign-in");
  await tabTo(page, "Country");
  await page.keyboard.type("Iran");
  await expect(app.country).toHaveValue("IR");
  expect(await tabTo(page, "Mobile number"), "nothing stands between").toEqual(["Mobile number"]);
  await page.keyboard.type(person.national);
  expect(await tabTo(page, "I cannot use this phone")).toEqual(["Send code", "I cannot use this phone"]);
  await page.keyboard.press("Shift+Tab");
  await expect(app.sendCode).toBeFocused();
  await page.keyboard.press("Space");

  await app.seesCodePage();
  await expect(app.code, "the one thing to do here").toBeFocused();
  await page.keyboard.type(app.sentCode());
  const rest = await tabTo(page, "I cannot use this phone");
  expect(rest).toEqual(["Verify", "Send a new code", "Code not arrived?", "I cannot use this phone"]);
  await app.code.focus();
  await page.keyboard.press("Enter");

  await app.seesHome();
  await tabTo(page, "Sign out");
  await page.keyboard.press("Enter");
  await app.seesPhonePage();
});

test("Enter in the field of the number sends it", async ({ app, page, person }) => {
  await app.open("/sign-in");
  await app.country.selectOption("IR");
  await app.phone.fill(person.national);
  await page.keyboard.press("Enter");
  await app.seesCodePage();
  expect(app.messages()).toBe(1);
});
