// The pages as a person sees them: by label, role and heading, never by the structure of the markup.

import { expect, type Locator, type Page } from "@playwright/test";
import { hydrated } from "./hydration.ts";
import type { Person } from "./person.ts";
import type { Server } from "./server.ts";

export class App {
  readonly page: Page;
  readonly server: Server;
  readonly person: Person;
  /** Whether pages run scripts in this project. */
  readonly hasScripts: boolean;

  constructor(page: Page, server: Server, person: Person, hasScripts: boolean) {
    this.page = page;
    this.server = server;
    this.person = person;
    this.hasScripts = hasScripts;
  }

  get country(): Locator {
    return this.page.getByLabel("Country", { exact: true });
  }
  get phone(): Locator {
    return this.page.getByRole("textbox", { name: "Mobile number", exact: true });
  }
  get sendCode(): Locator {
    return this.button("Send code");
  }
  get code(): Locator {
    return this.page.getByRole("textbox", { name: "Code", exact: true });
  }
  get verify(): Locator {
    return this.button("Verify");
  }
  get sendNewCode(): Locator {
    return this.button("Send a new code");
  }
  get signOut(): Locator {
    return this.button("Sign out");
  }
  get account(): Locator {
    return this.page.getByRole("link", { name: "Your account" });
  }
  get changeNumber(): Locator {
    return this.page.getByRole("link", { name: "Change number" });
  }
  get timer(): Locator {
    return this.page.getByRole("timer");
  }
  /** The box on top of a page that shows an error. */
  get summary(): Locator {
    return this.page.getByRole("alert").filter({ hasText: "There is a problem" });
  }
  get heading(): Locator {
    return this.page.getByRole("heading", { level: 1 });
  }

  /** Opens a page and waits until it is what it will be in this project. */
  async open(path: string): Promise<void> {
    await this.page.goto(path);
    await this.ready();
  }

  async ready(): Promise<void> {
    if (this.hasScripts) await hydrated(this.page);
  }

  /** Loads the page again with a clock that the test moves, a little ahead: it cannot be stopped in the past. */
  async loadWithStoppedClock(): Promise<void> {
    await this.page.clock.install({ time: new Date() });
    await this.page.reload();
    await this.ready();
    await this.page.clock.pauseAt(Date.now() + 2_000);
  }

  /** Types a number and asks for a code; what comes of it is for the test to say. */
  async submitPhone(phone: string, region = "IR"): Promise<void> {
    await this.country.selectOption(region);
    await this.phone.fill(phone);
    await this.sendCode.click();
  }

  /** From nothing to the page that waits for the code. */
  async askForCode(phone = this.person.national): Promise<void> {
    await this.open("/sign-in");
    await this.submitPhone(phone);
    await this.seesCodePage();
  }

  async seesPhonePage(): Promise<void> {
    await expect(this.page).toHaveURL("/sign-in");
    await expect(this.heading).toHaveText("Sign in or create an account");
    await this.ready();
  }

  async seesCodePage(): Promise<void> {
    await expect(this.page).toHaveURL("/sign-in/code");
    await expect(this.heading).toHaveText("Enter the code we sent");
    await this.ready();
  }

  async seesHome(): Promise<void> {
    await expect(this.page).toHaveURL("/");
    await expect(this.heading).toHaveText("You are signed in");
  }

  async seesAccount(): Promise<void> {
    await expect(this.page).toHaveURL("/account");
    await expect(this.heading).toHaveText("Your account");
  }

  /** Makes recovery codes on the account page and gives those that are shown. */
  async makeRecoveryCodes(): Promise<string[]> {
    await this.page.goto("/account");
    await this.button("Make new recovery codes").click();
    await expect(this.heading).toHaveText("Your recovery codes");
    return this.page.getByRole("main").getByRole("listitem").allInnerTexts();
  }

  /** Fills the form for those without their phone. */
  async recover(phone: string, code: string, region = "IR"): Promise<void> {
    await this.country.selectOption(region);
    await this.phone.fill(phone);
    await this.page.getByRole("textbox", { name: "Recovery code", exact: true }).fill(code);
    await this.button("Sign in").click();
  }

  /** Fills the form for those whose number an account has left. */
  async undo(phone: string, code: string, region = "IR"): Promise<void> {
    await this.country.selectOption(region);
    await this.page.getByRole("textbox", { name: "Mobile number that got the message", exact: true }).fill(phone);
    await this.page.getByRole("textbox", { name: "Undo code", exact: true }).fill(code);
    await this.button("Undo the change").click();
  }

  /** Asks on the account page for another number, up to the code that is sent there. */
  async askToChangeNumber(phone: string, region = "IR"): Promise<void> {
    await this.page.goto("/account");
    await this.page.getByRole("link", { name: "Change your number" }).click();
    await expect(this.heading).toHaveText("Change your number");
    await this.country.selectOption(region);
    await this.page.getByRole("textbox", { name: "New mobile number", exact: true }).fill(phone);
    await this.button("Send code").click();
    await this.seesCodePage();
  }

  /** Signs in with a browser that nobody knows, half a year after the person last did. */
  async signInAfterHalfAYear(before: () => Promise<void> = async () => {}): Promise<void> {
    await this.signIn();
    await before();
    await this.page.context().clearCookies();
    this.server.clock.advance(181 * 24 * 3600);
    await this.askForCode();
    await this.submitCode(this.sentCode());
    await expect(this.heading).toHaveText("Is this account yours?");
  }

  async submitCode(code: string): Promise<void> {
    await this.code.fill(code);
    await this.verify.click();
  }

  async signIn(): Promise<void> {
    await this.askForCode();
    await this.submitCode(this.sentCode());
    await this.seesHome();
  }

  /** The newest code on the person's phone. */
  sentCode(): string {
    return this.server.outbox.code(this.person.e164);
  }

  /** Some code that the phone did not get. */
  wrongCode(): string {
    const codes = this.server.outbox.to(this.person.e164).map((message) => message.text.slice(-6));
    return ["000001", "000002", "000003"].find((code) => !codes.includes(code)) ?? "000004";
  }

  /** How many messages the phone got. */
  messages(): number {
    return this.server.outbox.to(this.person.e164).length;
  }

  private button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }
}
