// WebAssembly that never arrives, or arrives late: the pages work by plain form posts until it does.

import type { Page, Route } from "@playwright/test";
import type { App } from "../support/app.ts";
import { hydrated } from "../support/hydration.ts";
import { expect, test } from "../support/test.ts";

const WASM = "**/*.wasm";

/** Holds every WebAssembly request until it is let go. */
async function holdWasm(page: Page): Promise<{ letGo: () => Promise<void> }> {
  const held: Route[] = [];
  await page.route(WASM, (route) => void held.push(route));
  return {
    letGo: async () => {
      await Promise.all(held.splice(0).map((route) => route.continue()));
      await page.unroute(WASM);
    },
  };
}

/** What kind of request a press of the button makes. */
async function kindOfPost(page: Page, path: string, press: () => Promise<void>): Promise<string> {
  const [request] = await Promise.all([page.waitForRequest(`**${path}`), press()]);
  return request.resourceType();
}

async function journeyByPlainPosts(app: App): Promise<void> {
  const { page, person } = app;
  await page.goto("/sign-in");
  await app.country.selectOption("IR");
  await app.phone.fill(person.national);
  expect(await kindOfPost(page, "/api/request_code", () => app.sendCode.click())).toBe("document");
  await expect(app.heading).toHaveText("Enter the code we sent");
  await app.code.fill("1234");
  await app.verify.click();
  await expect(app.summary).toBeFocused();
  await expect(app.code).toHaveValue("1234");
  await app.code.fill(app.sentCode());
  expect(await kindOfPost(page, "/api/verify_code", () => app.verify.click())).toBe("document");
  await app.seesHome();
  await app.signOut.click();
  await expect(page).toHaveURL("/sign-in");
}

test("the journey works when WebAssembly is blocked @js", async ({ app, guard, page }) => {
  guard.allow(/^error: Failed to load resource: net::ERR_FAILED \(\/pkg\/[^)]*\.wasm\)/);
  guard.allow(/^uncaught: Failed to fetch/);
  await page.route(WASM, (route) => route.abort());
  await journeyByPlainPosts(app);
});

test("the journey works while WebAssembly is still on its way @js", async ({ app, page }) => {
  await holdWasm(page);
  await journeyByPlainPosts(app);
});

test("what was typed before the islands wake survives, and the buttons work after @js", async ({ app, page, person }) => {
  const wasm = await holdWasm(page);
  await page.goto("/sign-in", { waitUntil: "commit" });
  await app.country.selectOption("IR");
  await app.phone.fill(person.national);
  await expect(app.phone).toBeFocused();
  await wasm.letGo();
  await hydrated(page);
  await expect(app.phone).toHaveValue(person.national);
  await expect(app.phone).toBeFocused();
  await expect(app.country).toHaveValue("IR");
  expect(await kindOfPost(page, "/api/request_code", () => app.sendCode.click())).toBe("fetch");
  await app.seesCodePage();

  const again = await holdWasm(page);
  await page.reload({ waitUntil: "commit" });
  await app.code.pressSequentially(app.sentCode());
  await again.letGo();
  await hydrated(page);
  await expect(app.code).toHaveValue(app.sentCode());
  expect(await kindOfPost(page, "/api/verify_code", () => app.verify.click())).toBe("fetch");
  await app.seesHome();
});

test("an error that a plain post brought back survives the waking @js", async ({ app, page }) => {
  const wasm = await holdWasm(page);
  await page.goto("/sign-in");
  await app.country.selectOption("IR");
  await app.phone.fill("0912");
  await app.sendCode.click();
  await expect(app.summary).toBeFocused();
  const before = await page.getByRole("main").innerText();
  await wasm.letGo();
  await hydrated(page);
  expect(await page.getByRole("main").innerText()).toBe(before);
  await expect(app.summary).toBeFocused();
  await expect(app.phone).toHaveValue("0912");
  await expect(page).toHaveTitle(/^Error: /);
});

test("a page that wakes late shows the time that is truly left @js", async ({ app, page }) => {
  await app.askForCode();
  await page.clock.install();
  const wasm = await holdWasm(page);
  await page.reload({ waitUntil: "commit" });
  await expect(app.timer).toContainText("UTC");
  await page.clock.runFor(40_000);
  await wasm.letGo();
  await hydrated(page);
  await expect(app.timer).toHaveText(/^1:1\d$/);
  await expect(app.sendNewCode).toBeEnabled();
});
