// axe-core, with every rule that WCAG 2.2 AA and good practice ask for.

import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

/** `canRun`: whether the page runs scripts. If not, axe alone gets leave to; the page's own were skipped for good. */
export async function expectAccessible(page: Page, what: string, canRun: boolean): Promise<void> {
  const session = canRun ? undefined : await page.context().newCDPSession(page);
  await session?.send("Emulation.setScriptExecutionDisabled", { value: false });
  const { violations, passes } = await new AxeBuilder({ page }).withTags(RULES).setLegacyMode(true).analyze();
  await session?.send("Emulation.setScriptExecutionDisabled", { value: true });
  await session?.detach();
  const readable = violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ""}`) }));
  expect(readable, what).toEqual([]);
  expect(passes.length, "axe has looked at something").toBeGreaterThan(5);
}
