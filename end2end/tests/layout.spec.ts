import { addStyles, cutOff, smallTargets } from "../support/layout.ts";
import { states } from "../support/states.ts";
import { expect, test } from "../support/test.ts";

/** WCAG 1.4.12, to the letter. */
const TEXT_SPACING = "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }";
const NARROW = { width: 320, height: 640 };

for (const [state, reach] of Object.entries(states)) {
  test(`${state}: nothing is cut, however narrow the screen or large the text`, async ({ app, guard, page }) => {
    await reach(app, guard);
    expect(await cutOff(page), "as it comes").toEqual([]);
    expect(await smallTargets(page, 24), "targets below 24 pixels").toEqual([]);

    await page.setViewportSize(NARROW);
    expect(await cutOff(page), "320 pixels wide").toEqual([]);

    await addStyles(page, TEXT_SPACING);
    expect(await cutOff(page), "320 pixels wide with wide spacing").toEqual([]);

    await page.setViewportSize({ width: 640, height: 800 });
    await addStyles(page, "html { font-size: 200% !important }");
    expect(await cutOff(page), "text at 200 %").toEqual([]);
  });
}

test("what people press most is at least 44 pixels high", async ({ app, page }) => {
  await app.open("/sign-in");
  for (const control of [app.country, app.phone, app.sendCode]) expect((await control.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  await app.submitPhone(app.person.national);
  await app.seesCodePage();
  for (const control of [app.code, app.verify, app.sendNewCode]) expect((await control.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  await app.submitCode(app.sentCode());
  await app.seesHome();
  expect((await app.signOut.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  expect(await cutOff(page)).toEqual([]);
});

test("whoever asks for less motion gets none", async ({ app, page }) => {
  const moving = () =>
    page.evaluate(() =>
      [...document.querySelectorAll("*")].flatMap((element) =>
        ["", "::before", "::after"].flatMap((part) => {
          const { transitionDuration, animationDuration, animationName } = getComputedStyle(element, part || null);
          const longest = Math.max(...transitionDuration.split(",").map(parseFloat), animationName === "none" ? 0 : parseFloat(animationDuration));
          return longest > 0.01 ? [`${element.tagName}${part}: ${longest} s`] : [];
        }),
      ),
    );
  await page.emulateMedia({ reducedMotion: "reduce" });
  await app.open("/sign-in");
  expect(await moving()).toEqual([]);
  await app.submitPhone(app.person.national);
  await app.seesCodePage();
  expect(await moving()).toEqual([]);
});

test("in forced colours buttons and fields keep their edges, and the focus is seen", async ({ app, page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await app.open("/sign-in");
  for (const control of [app.phone, app.country, app.sendCode]) {
    const edge = await control.evaluate((element) => parseFloat(getComputedStyle(element).borderTopWidth));
    expect(edge).toBeGreaterThan(0);
  }
  await app.phone.focus();
  await page.keyboard.press("Tab");
  await expect(app.sendCode).toBeFocused();
  expect(await app.sendCode.evaluate((element) => getComputedStyle(element).outlineStyle)).not.toBe("none");
});
