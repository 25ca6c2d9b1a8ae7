// What becomes of the message, told on the page of the code: by itself with scripts, by loading again without.

import type { Page } from "@playwright/test";
import { Gateway } from "../support/gateway.ts";
import { Server } from "../support/server.ts";
import { expect, test as base } from "../support/test.ts";

const NETWORK = "The phone network has the message.";
const ARRIVED = "The message is on your phone.";

const test = base.extend<object, { gateway: Gateway; server: Server }>({
  gateway: [
    async ({}, use) => {
      const gateway = await Gateway.start();
      await use(gateway);
      gateway.stop();
    },
    { scope: "worker" },
  ],
  server: [
    async ({ gateway }, use) => {
      const server = await Server.start(gateway.settings());
      await use(server);
      server.stop();
    },
    { scope: "worker" },
  ],
});

const status = (page: Page) => page.getByRole("status");
const advice = (page: Page) => page.getByText("A message can take a minute.");

/** News is kept a moment after it came: a page that is loaded at once may be too early. */
async function loadUntilItSays(page: Page, sentence: string): Promise<void> {
  await expect(async () => {
    await page.reload();
    await expect(status(page)).toHaveText(sentence, { timeout: 100 });
  }).toPass();
}

test("the open page says what becomes of the message, and nothing else moves @js", async ({ app, page, gateway, server }) => {
  await app.askForCode();
  await expect(status(page)).toHaveText(NETWORK);
  await app.code.fill("12");
  let loads = 0;
  page.on("framenavigated", () => (loads += 1));
  await gateway.tell(server.url, "delivered");
  await expect(status(page)).toHaveText(ARRIVED);
  expect(loads, "without loading again").toBe(0);
  await expect(app.code).toHaveValue("12");
  await expect(app.code).toBeFocused();
});

test("a message that arrived needs no advice @js", async ({ app, page, gateway, server }) => {
  await app.askForCode();
  await app.loadWithStoppedClock();
  await gateway.tell(server.url, "delivered");
  await expect(status(page)).toHaveText(ARRIVED);
  for (let second = 0; second < 31; second++) await page.clock.runFor(1000);
  await expect(advice(page)).toBeHidden();
});

test("without scripts the page says it when it is loaded again, with advice after half a minute @no-script", async ({ app, page, gateway, server }) => {
  await app.askForCode();
  await expect(advice(page)).toBeHidden();
  server.clock.advance(31);
  await loadUntilItSays(page, NETWORK);
  await expect(advice(page)).toBeVisible();
  await gateway.tell(server.url, "delivered");
  await loadUntilItSays(page, ARRIVED);
  await expect(advice(page)).toBeHidden();
});
