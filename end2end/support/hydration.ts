// Whether the islands have woken: a plain form becomes an enhanced one by listening to its own submission.

import type { BrowserContext, Page } from "@playwright/test";

declare global {
  interface Window {
    awakeForms: Set<EventTarget>;
  }
}

/** Notes the forms that something listens to; before any page is opened. */
export async function watchHydration(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    window.awakeForms = new Set();
    const listen = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (type: string, ...rest: [never, never]) {
      if (type === "submit") window.awakeForms.add(this);
      listen.call(this, type, ...rest);
    };
  });
}

/** Resolves when every form of an island is awake; at once on a page that has none. */
export async function hydrated(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const forms = [...document.querySelectorAll("leptos-island form")];
    return document.readyState === "complete" && forms.every((form) => window.awakeForms.has(form));
  });
}
