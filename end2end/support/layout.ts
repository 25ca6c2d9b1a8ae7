// Measurements in CSS pixels.

import type { Page } from "@playwright/test";

const INTERACTIVE = "a[href], button, input:not([type=hidden]), select, summary";

/** What can be pressed and is smaller than `least` in one direction. */
export async function smallTargets(page: Page, least: number): Promise<string[]> {
  return page.locator(INTERACTIVE).evaluateAll((elements, least) => {
    const measured = elements.map((element) => ({ element, box: element.getBoundingClientRect() }));
    const small = measured.filter(({ box }) => box.width > 0 && (box.width < least || box.height < least));
    return small.map(({ element, box }) => `${element.textContent || element.id}: ${box.width.toFixed(0)} × ${box.height.toFixed(0)}`);
  }, least);
}

/** What stands out sideways, or is cut off by its own box. */
export async function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const complaints = document.documentElement.scrollWidth > width ? [`the page scrolls sideways: ${document.documentElement.scrollWidth} in ${width}`] : [];
    for (const element of document.body.querySelectorAll<HTMLElement>("*")) {
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      // A text for the ear alone is cut to one pixel on purpose.
      if (box.width <= 1 || box.height <= 1 || element.closest("select, svg, script") !== null) continue;
      const name = `<${element.tagName.toLowerCase()}> ${element.textContent?.trim().slice(0, 40) ?? ""}`;
      if (box.right > width + 1 || box.left < -1) complaints.push(`${name} reaches from ${box.left.toFixed(0)} to ${box.right.toFixed(0)} of ${width}`);
      const hidden = /hidden|clip/.test(style.overflow);
      if (hidden && (element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1)) complaints.push(`${name} is cut`);
    }
    return complaints;
  });
}

/** Adds a style sheet as a browser extension would: the page's own policy does not apply to it. */
export async function addStyles(page: Page, css: string): Promise<void> {
  await page.evaluate((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets.push(sheet);
  }, css);
}
