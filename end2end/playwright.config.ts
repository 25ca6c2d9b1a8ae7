// Every journey runs four times: on a phone and on a desktop, with JavaScript and without.
//
// Tags say where a test has no meaning: @js needs a script, @no-script needs its absence, and @once looks at something
// that no viewport and no script changes.

import { defineConfig } from "@playwright/test";
import { chromium } from "./support/chromium.ts";

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const desktop = { viewport: { width: 1280, height: 800 } };
const takesPictures = process.env["SCREENSHOTS"] !== undefined;

export default defineConfig({
  testDir: "tests",
  testMatch: takesPictures ? "screenshots.spec.ts" : "*.spec.ts",
  testIgnore: takesPictures ? [] : ["screenshots.spec.ts"],
  fullyParallel: true,
  forbidOnly: process.env["CI"] !== undefined,
  workers: 2,
  // One or two of 500 that fail once are named at the end, with their reason, and hold up nobody.
  retries: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["dot"], ["./support/last-words.ts"]],
  use: {
    browserName: "chromium",
    locale: "en-GB",
    actionTimeout: 15_000,
    screenshot: takesPictures ? "off" : "only-on-failure",
    launchOptions: {
      executablePath: chromium(),
      args: ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
  projects: [
    { name: "phone", use: phone, grepInvert: /@no-script|@once/ },
    { name: "desktop", use: desktop, grepInvert: /@no-script/ },
    { name: "phone without JavaScript", use: { ...phone, javaScriptEnabled: false }, grepInvert: /@js|@once/ },
    { name: "desktop without JavaScript", use: { ...desktop, javaScriptEnabled: false }, grepInvert: /@js|@once/ },
  ],
});
