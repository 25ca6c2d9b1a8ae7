// A provider that takes every message and tells what became of it when the test says so.

import http from "node:http";
import type { AddressInfo } from "node:net";

const SECRET = "a-long-random-word";

export class Gateway {
  private readonly server: http.Server;
  private taken = 0;

  private constructor(server: http.Server) {
    this.server = server;
  }

  static async start(): Promise<Gateway> {
    const gateway: Gateway = new Gateway(http.createServer((request, response) => gateway.take(request, response)));
    await new Promise<void>((resolve, reject) => gateway.server.on("error", reject).listen(0, "127.0.0.1", resolve));
    return gateway;
  }

  /** What makes a server of ours send by it. */
  settings(): Record<string, string> {
    const { port } = this.server.address() as AddressInfo;
    return {
      MOBILE_AUTH_SMS_PROVIDER: "http",
      MOBILE_AUTH_HTTP_URL: `http://127.0.0.1:${port}/send`,
      MOBILE_AUTH_HTTP_BODY: '{"to": "{to}", "text": "{text}"}',
      MOBILE_AUTH_HTTP_MESSAGE_ID: "/id",
      MOBILE_AUTH_HTTP_RECEIPT_SECRET: SECRET,
    };
  }

  /** Tells the site what became of the newest message. */
  async tell(site: string, status: string): Promise<void> {
    const body = new URLSearchParams({ id: String(this.taken), status });
    const answer = await fetch(`${site}/webhooks/sms/http/${SECRET}`, { method: "POST", body });
    if (answer.status !== 204) throw new Error(`the receipt was answered with ${answer.status}`);
  }

  stop(): void {
    this.server.close();
  }

  private take(request: http.IncomingMessage, response: http.ServerResponse): void {
    this.taken += 1;
    request.resume();
    response.setHeader("content-type", "application/json").end(JSON.stringify({ id: this.taken }));
  }
}
