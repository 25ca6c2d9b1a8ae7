// A stand-in for Twilio's calls and WhatsApp: takes everything, and keeps what the voice and the message would say.

import http from "node:http";
import type { AddressInfo } from "node:net";

export class Caller {
  private readonly server: http.Server;
  private readonly calls: { to: string; twiml: string }[] = [];
  private readonly messages: { to: string; code: string }[] = [];

  private constructor(server: http.Server) {
    this.server = server;
  }

  static async start(): Promise<Caller> {
    const caller: Caller = new Caller(http.createServer((request, response) => caller.take(request, response)));
    await new Promise<void>((resolve, reject) => caller.server.on("error", reject).listen(0, "127.0.0.1", resolve));
    return caller;
  }

  /** What makes a server of ours call, and write by WhatsApp, by it. */
  settings(): Record<string, string> {
    const { port } = this.server.address() as AddressInfo;
    return {
      MOBILE_AUTH_SMS_CALL: "twilio",
      MOBILE_AUTH_TWILIO_URL: `http://127.0.0.1:${port}`,
      MOBILE_AUTH_TWILIO_ACCOUNT_SID: "AC1",
      MOBILE_AUTH_TWILIO_AUTH_TOKEN: "token",
      MOBILE_AUTH_TWILIO_CALL_FROM: "+15005550006",
      MOBILE_AUTH_SMS_WHATSAPP: "twilio",
      MOBILE_AUTH_TWILIO_WHATSAPP_FROM: "+15005550006",
      MOBILE_AUTH_TWILIO_WHATSAPP_CONTENT_SID: "HX1",
    };
  }

  /** The digits that were said to a number, each time. */
  said(to: string): string {
    const call = this.calls.filter((call) => call.to === to).at(-1);
    return (call?.twiml.match(/>\d</g) ?? []).join("").replace(/\D/g, "");
  }

  /** The code that a number got by WhatsApp. */
  written(to: string): string {
    return this.messages.filter((message) => message.to === `whatsapp:${to}`).at(-1)?.code ?? "";
  }

  stop(): void {
    this.server.close();
  }

  private take(request: http.IncomingMessage, response: http.ServerResponse): void {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      const form = new URLSearchParams(body);
      const to = form.get("To") ?? "";
      const variables = form.get("ContentVariables");
      if (variables === null) this.calls.push({ to, twiml: form.get("Twiml") ?? "" });
      else this.messages.push({ to, code: (JSON.parse(variables) as { 1: string })[1] });
      response.writeHead(201, { "content-type": "application/json" }).end('{"sid":"XX1","status":"queued"}');
    });
  }
}
