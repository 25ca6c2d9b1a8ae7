// The pictures of the README, the same each time: scripts/screenshots runs this.

import path from "node:path";
import { expect, test } from "@playwright/test";
import { App } from "../support/app.ts";
import { Person } from "../support/person.ts";
import { Server } from "../support/server.ts";

const FOLDER = path.resolve(import.meta.dirname, "../../docs/screenshots");
const NOON = new Date("2026-01-15T12:00:00Z");
/** One of the numbers that belong to nobody. */
const NUMBER = "(202) 555-0123";
const E164 = "+12025550123";

for (const colorScheme of ["light", "dark"] as const) {
  test(`pictures, ${colorScheme} @js`, async ({ browser, hasTouch, isMobile, viewport }, testInfo) => {
    const server = await Server.start();
    server.clock.freeze(NOON);
    const device = { viewport, isMobile: isMobile ?? false, hasTouch: hasTouch ?? false };
    const context = await browser.newContext({ ...device, baseURL: server.url, locale: "en-US", colorScheme, reducedMotion: "reduce" });
    const page = await context.newPage();
    const app = new App(page, server, Person.create(), false);
    const take = async (what: string) => {
      const file = path.join(FOLDER, `${what}-${testInfo.project.name}-${colorScheme}.png`);
      await page.screenshot({ path: file, caret: "hide", animations: "disabled", scale: "css" });
    };

    await app.open("/sign-in");
    await app.submitPhone("(202) 555-01", "US");
    await app.summary.waitFor();
    await take("error");

    await app.open("/sign-in");
    await app.phone.fill(NUMBER);
    await take("number");

    await app.sendCode.click();
    await app.seesCodePage();
    await page.clock.install({ time: NOON });
    await page.clock.pauseAt(new Date(NOON.getTime() + 1000));
    await page.reload();
    await expect(app.timer).toHaveText("2:00");
    await page.clock.runFor(18_000);
    await expect(app.timer).toHaveText("1:42");
    await take("code");

    await page.clock.resume();
    await app.submitCode(server.outbox.code(E164));
    await app.seesHome();
    await take("home");
    await context.close();
    server.stop();
  });
}
