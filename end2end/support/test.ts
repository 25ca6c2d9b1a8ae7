// The fixtures: what every test of ours begins with.

import { test as base } from "@playwright/test";
import { App } from "./app.ts";
import { Guard } from "./guard.ts";
import { watchHydration } from "./hydration.ts";
import { Person } from "./person.ts";
import { Server } from "./server.ts";

interface Fixtures {
  app: App;
  guard: Guard;
  person: Person;
}

interface WorkerFixtures {
  /** One server for all tests of a worker. Its clock only ever goes forward. */
  server: Server;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      server.stop();
    },
    { scope: "worker" },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  person: async ({}, use) => use(Person.create()),

  guard: [
    async ({ context, server, person, javaScriptEnabled }, use, testInfo) => {
      const guard = new Guard(context, server, person);
      // Chromium fetches the module that the page announces, and then runs no script that would use it.
      if (javaScriptEnabled === false) guard.allow(/^warning: The resource \S+\.wasm was preloaded using link preload but not used/);
      const logBefore = server.log.length;
      await use(guard);
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach("server.log", { body: server.log.slice(logBefore), contentType: "text/plain" });
      }
      await guard.verify();
    },
    { auto: true },
  ],

  app: async ({ page, context, server, person, javaScriptEnabled }, use) => {
    const hasScripts = javaScriptEnabled !== false;
    if (hasScripts) await watchHydration(context);
    await use(new App(page, server, person, hasScripts));
  },
});

export { expect } from "@playwright/test";
