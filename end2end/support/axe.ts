// axe-core, with every rule that WCAG 2.2 AA and good practice ask for.

import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

/** Looks at the page in light and in dark. `canRun`: whether the page runs scripts. */
export async function expectAccessible(page: Page, what: string, canRun: boolean): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    if (canRun) {
      await page.emulateMedia({ colorScheme });
      await judge(page, `${what}, ${colorScheme}`);
    } else {
      await inCopy(page, colorScheme, (copy) => judge(copy, `${what}, ${colorScheme}`));
    }
  }
}

async function judge(page: Page, what: string): Promise<void> {
  const { violations, passes } = await new AxeBuilder({ page }).withTags(RULES).setLegacyMode(true).analyze();
  const readable = violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ""}`) }));
  expect(readable, what).toEqual([]);
  expect(passes.length, "axe has looked at something").toBeGreaterThan(5);
}

/** axe is a script: it looks at the same markup, without the page's own scripts, in a browser that runs scripts. */
async function inCopy(page: Page, colorScheme: "light" | "dark", look: (copy: Page) => Promise<void>): Promise<void> {
  const html = (await page.content()).replaceAll(/<script\b[^]*?<\/script>/g, "");
  const viewport = page.viewportSize();
  const context = await page.context().browser()?.newContext({ javaScriptEnabled: true, colorScheme, viewport, reducedMotion: "reduce" });
  if (context === undefined) throw new Error("the page's browser is gone");
  const copy = await context.newPage();
  await copy.route(page.url(), (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: html }));
  await copy.goto(page.url());
  await look(copy);
  await context.close();
}
