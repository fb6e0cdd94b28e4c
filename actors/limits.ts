/** Limits and intervals of the cloud, each with its unit and its reason. */
export const limits = {
  /** How long the front end waits for an actor's reply. Nova's RPC time-out is 60 s; ours answers in milliseconds or not at all. */
  askMs: 30_000,
  /** Changes of placement in several cells that one waits for at most, since they are about the same. */
  placementTurnsWaitingMax: 1_000,
  /** Longest time to make a guest run: image conversion and slow disks included. Nova: instance_build_timeout, off by default. */
  spawnMs: 600_000,
  /** How long a guest may take to shut down before it is ended by force. Nova: shutdown_timeout. */
  shutdownGraceMs: 60_000,
  /** Longest time to stop a guest: the grace, and then the end by force. */
  stopMs: 120_000,
  /** Longest time to restart a guest. */
  rebootMs: 300_000,
  /** Longest time to stop a guest's processors. */
  pauseMs: 60_000,
  /** Longest time to write a guest's memory to disk: 64 GiB at 100 MB/s take 11 minutes. */
  suspendMs: 1_200_000,
  /** Longest time to copy the disks of a guest to another host: 1 TiB at 100 MB/s takes 3 hours. */
  copyMs: 14_400_000,
  /** How often the copy of a root disk is tried before the snapshot fails. */
  captureAttemptsMax: 2,
  /** Longest time to move a guest that runs. */
  liveMigrationMs: 14_400_000,
  /** Longest time to let it go on where it has come to, and to end it where it was. */
  takeOverMs: 120_000,
  /** How soon a resize that is due to be confirmed is looked at again when something else is under way. */
  confirmAgainMs: 60_000,
  /** How soon a rescue that is to be ended is looked at again when something else is under way. */
  rescueAgainMs: 60_000,
  /** How soon an instance that is to be deleted for good is looked at again when something else is under way. */
  reclaimAgainMs: 60_000,
  /** Longest time to give a guest a volume, or to take one away: the guest has to let go of it. */
  plugMs: 60_000,
  /** How often that is tried. */
  plugAttemptsMax: 2,
  /** Longest time to remove a guest and its disks. */
  deleteMs: 120_000,
  /** Hosts that are tried for a new instance. Nova: scheduler.max_attempts. */
  createAttemptsMax: 3,
  /** How often the removal of a guest is tried before the host is left to find it as an orphan. */
  deleteAttemptsMax: 5,
  /** How often a guest is started again after an outage before its instance is in ERROR. */
  resumeAttemptsMax: 3,
  /** Wait before a failed step is tried again, doubled each time. */
  retryStepMs: 1_000,
  /** Longest time for a host to connect to its hypervisor and list its guests. */
  connectMs: 30_000,
  /** Wait before a host that could not connect tries again. */
  reconnectMs: 10_000,
  /** Longest time for a host to have images ready that were asked for ahead of guests: 1 TiB is hashed at 300 MB/s in an hour. */
  precacheMs: 3_600_000,
  /** How long a host is waited for with that: its time, and that of the messages. */
  precacheHostMs: 3_660_000,
  /** How often the service of a host that is up says so. Nova: `report_interval`. */
  reportIntervalMs: 10_000,
  /** How soon a host is looked at again after an outage when some of its instances were busy then. */
  outageLookMs: 5_000,
  /** How often a host compares what runs with what should. Nova: sync_power_state_interval is 600 s. */
  reconcileMs: 60_000,
  /** How soon moves that empty a host are looked at again, to begin others. */
  consolidationLookMs: 5_000,
  /** Notifications that go to a sink at once. */
  notificationBatchMax: 100,
  /** Longest time for a sink to take them. */
  notificationDeliveryMs: 30_000,
  /** How often that is tried before they are given up: with the waits below for about an hour. */
  notificationAttemptsMax: 20,
  /** Wait before that is tried again, doubled each time. */
  notificationAgainMs: 1_000,
  /** Longest such wait. */
  notificationAgainMsMax: 300_000,
  /** Notifications that wait for one sink; beyond it the oldest are lost. About 4 KiB each. */
  notificationsWaitingMax: 100_000,
  /** Notifications of a sink that were given up and are kept for people; the oldest go first. */
  deadNotificationsMax: 1_000,
} as const;
