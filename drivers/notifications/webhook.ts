import type { NotificationSink } from '../notifications.ts';
import { type DriverResult, driverFailed, driverOk } from '../result.ts';

/** Where notifications are posted to. */
export interface WebhookOptions {
  readonly url: string;
  /** Sent as a bearer token; absent: none. */
  readonly token?: string | undefined;
}

const unreachable = (reason: string): DriverResult => driverFailed({ code: 'Unreachable', reason });

/** Posts notifications as a JSON object with a list `notifications`. Any status of 2xx means that all of them were taken. */
export function webhookSink({ url, token }: WebhookOptions): NotificationSink {
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  return {
    async deliver(bodies, signal) {
      const body = `{"notifications":[${bodies.join(',')}]}`;
      try {
        // A redirection could lead anywhere, and the token with it.
        const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
        await response.body?.cancel();
        return response.ok ? driverOk(null) : unreachable(`the webhook answered ${response.status}`);
      } catch (error) {
        if (signal.aborted) return driverFailed({ code: 'TimedOut', reason: 'the webhook did not answer in time' });
        const cause = error instanceof Error ? (error.cause ?? error) : error;
        return unreachable(`the webhook cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}`);
      }
    },
  };
}
