// The text messages that the server sent: one JSON line each.

import fs from "node:fs";

export interface Message {
  to: string;
  text: string;
  sent_at: string;
}

export class Outbox {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** The messages to one number, oldest first. */
  to(e164: string): Message[] {
    if (!fs.existsSync(this.file)) return [];
    const lines = fs.readFileSync(this.file, "utf8").split("\n").filter(Boolean);
    return lines.map((line) => JSON.parse(line) as Message).filter((message) => message.to === e164);
  }

  /** From now on no message can be written: a folder stands where the file was. */
  breakDown(): void {
    fs.mkdirSync(this.file);
  }

  recover(): void {
    fs.rmdirSync(this.file);
  }

  /** The newest code: what a phone offers, from the message's last line. */
  code(e164: string): string {
    const text = this.to(e164).at(-1)?.text ?? "";
    const found = /\n@localhost #(\d{6})$/.exec(text)?.[1];
    if (found === undefined) throw new Error(`no code for ${e164} in the outbox (newest message: ${text || "none"})`);
    return found;
  }
}
