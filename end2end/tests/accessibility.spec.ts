import { expectAccessible } from "../support/axe.ts";
import { states } from "../support/states.ts";
import { expect, test } from "../support/test.ts";

// Colours in the midst of a transition are nobody's colours.
test.use({ contextOptions: { reducedMotion: "reduce" } });

for (const [state, reach] of Object.entries(states)) {
  test(`${state}: axe finds nothing in light and in dark; language, heading, landmarks and help are in place`, async ({ app, guard, page }) => {
    await reach(app, guard);
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await expect(app.heading).toHaveCount(1);
    await expect(page.getByRole("main")).toHaveCount(1);
    await expect(page.getByRole("contentinfo").getByText("I cannot use this phone")).toBeVisible();
    await expect(page).toHaveTitle(/^.+ – .+$/);
    await expectAccessible(page, state, app.hasScripts);
  });
}

test("the first page says why the number is needed, what it may cost, and how safe it is", async ({ app, page }) => {
  await app.open("/sign-in");
  await expect(page.getByText(/Your number takes the place of a password/)).toBeVisible();
  await expect(page.getByText(/message rates may apply/)).toBeVisible();
  await expect(page.getByText(/whoever can read your messages can sign in as you/)).toBeVisible();
  await expect(app.phone).toHaveAccessibleDescription(/We will text you a 6-digit code\. For example 07700 900123 or \+44 7700 900123/);
});

test("each step has a title of its own", async ({ app, page }) => {
  const titles: string[] = [];
  await app.open("/sign-in");
  titles.push(await page.title());
  await app.submitPhone(app.person.national);
  await app.seesCodePage();
  titles.push(await page.title());
  await app.submitCode(app.sentCode());
  await app.seesHome();
  titles.push(await page.title());
  expect(new Set(titles).size).toBe(3);
});
