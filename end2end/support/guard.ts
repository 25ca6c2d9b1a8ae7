// What must hold in every test, whatever it is about: nothing in the console (a violation of the Content Security
// Policy would stand there), no request to anyone else, and the number in no URL, no title and no line of the log.

import { expect, type BrowserContext, type ConsoleMessage } from "@playwright/test";
import type { Person } from "./person.ts";
import type { Server } from "./server.ts";

export class Guard {
  private readonly complaints: string[] = [];
  private readonly allowed: RegExp[] = [];
  private readonly context: BrowserContext;
  private readonly server: Server;
  private readonly own: string[];
  private readonly person: Person;

  constructor(context: BrowserContext, server: Server, person: Person) {
    this.context = context;
    this.server = server;
    this.person = person;
    this.own = [server.url];
    context.on("console", (message) => this.hear(message));
    context.on("weberror", (error) => this.complain(`uncaught: ${error.error().message}`));
    context.on("request", (request) => this.judgeAddress(request.url()));
  }

  /** For what a test provokes itself. A message reads `error: text (/path)`. */
  allow(complaint: RegExp): void {
    this.allowed.push(complaint);
  }

  /** For a test that starts another server of ours. */
  alsoTrust(origin: string): void {
    this.own.push(origin);
  }

  /** The line that the browser writes for a `fetch` that is refused. */
  allowRefusal(status: number, path = "/api/"): void {
    this.allow(new RegExp(`^error: Failed to load resource: the server responded with a status of ${status} .*\\(${path}`));
  }

  async verify(): Promise<void> {
    for (const page of this.context.pages()) {
      this.judgeAddress(page.url());
      this.judgeText("a title", await page.title());
    }
    this.judgeText("the server's log", this.server.log);
    expect(this.complaints, "console, addresses, titles and log are clean").toEqual([]);
  }

  private hear(message: ConsoleMessage): void {
    if (!["error", "warning", "assert"].includes(message.type())) return;
    const address = message.location().url;
    const path = URL.canParse(address) ? new URL(address).pathname : address;
    this.complain(`${message.type()}: ${message.text()} (${path})`);
  }

  private judgeAddress(address: string): void {
    const { protocol, origin } = new URL(address);
    const isLocal = ["about:", "blob:", "data:"].includes(protocol);
    if (!isLocal && !this.own.includes(origin)) this.complain(`a request to ${origin}`);
    this.judgeText("a URL", decodeURIComponent(address));
  }

  private judgeText(what: string, text: string): void {
    if (text.replace(/[\s+-]/g, "").includes(this.person.subscriber)) this.complain(`${what} holds the phone number`);
  }

  private complain(complaint: string): void {
    if (!this.allowed.some((pattern) => pattern.test(complaint))) this.complaints.push(complaint);
  }
}
