// What a page owes a person who made a mistake (REQUIREMENTS A-08), in one place.

import { expect, type Locator } from "@playwright/test";
import type { App } from "./app.ts";

interface Mistake {
  sentence: string | RegExp;
  field: Locator;
  /** What the field holds afterwards: what the person typed. */
  kept: string | RegExp;
}

/** The mistake is named in the title, in the summary that has the focus, and by its field. */
export async function expectMistake(app: App, { sentence, field, kept }: Mistake): Promise<void> {
  await expect(app.summary).toBeFocused();
  await expect(app.summary).toContainText(sentence);
  await expect(app.page).toHaveTitle(/^Error: /);
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveAccessibleDescription(sentence instanceof RegExp ? sentence : new RegExp(escaped(sentence)));
  await expect(field).toHaveValue(kept);
  await app.summary.getByRole("link", { name: sentence }).click();
  await expect(field).toBeFocused();
}

/** For a failure that no field can mend. */
export async function expectFailure(app: App, sentence: string | RegExp): Promise<void> {
  await expect(app.summary).toBeFocused();
  await expect(app.summary).toContainText(sentence);
  await expect(app.page).toHaveTitle(/^Error: /);
}

export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
