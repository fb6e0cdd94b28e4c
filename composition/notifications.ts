import type { NotificationSinks } from '../actors/notifier/effects.ts';
import type { InstanceNotifications } from '../actors/notifier/of-instances.ts';
import type { Sink } from '../actors/notifier/protocol.ts';
import type { Settings } from './settings.ts';

/** What the settings say of notifications, and whether the program that embeds the cloud wants them. */
export interface NotificationSettings {
  readonly notifications: Settings['notifications'];
  readonly notifiesProgram: boolean;
}

/** What is told, and where; null: nothing is, and nothing has to be made for it. */
export function toldOfInstances({
  notifications,
  notifiesProgram,
}: NotificationSettings): InstanceNotifications | null {
  const sinks: Sink[] = [];
  if (notifications.webhook !== undefined) sinks.push('webhook');
  if (notifications.file !== undefined) sinks.push('file');
  if (notifiesProgram) sinks.push('program');
  return sinks.length === 0 ? null : { sinks, stateChanges: notifications.stateChanges };
}

/** Makes the sinks of the settings. Loads only those that are used. */
export async function openSinks({ webhook, file }: Settings['notifications']): Promise<NotificationSinks> {
  const sinks: { -readonly [Name in keyof NotificationSinks]: NotificationSinks[Name] } = {};
  if (webhook !== undefined) {
    const { webhookSink } = await import('../drivers/notifications/webhook.ts');
    sinks.webhook = webhookSink(webhook);
  }
  if (file !== undefined) {
    const { fileSink } = await import('../drivers/notifications/file.ts');
    sinks.file = fileSink(file);
  }
  return sinks;
}
