/** Bounds of the QEMU driver. Times in milliseconds, sizes in bytes. */
export const limits = {
  /** Longest line that QMP may send. The largest known answer (query-qmp-schema) is about 250 KiB. */
  qmpLineBytesMax: 1024 * 1024,
  /** Wait for QMP's greeting. A socket that serves another client accepts and stays silent, so there must be an end. */
  qmpGreetingMs: 3_000,
  /** Wait for the answer to one QMP command. Usual: 0.3 ms; under emulation on a busy host seconds have been seen. */
  qmpCommandMs: 30_000,
  /**
   * Wait for what a guest says of itself, or for an order of it that is under way, before its files and processes are told instead.
   * Well below the 30 s in which a host has to tell of all its guests, or counts as down.
   */
  reportMs: 10_000,
  /** From the spawn of a guest that does not go on from saved memory to its first QMP answer. Usual: 60 ms. */
  launchMs: 60_000,
  /** From `quit` or SIGKILL to the end of the process. Usual: 10 ms. */
  processEndMs: 15_000,
  /** From `quit` to SIGKILL. Usual: 1 ms; longer when a slow disk takes the last writes. */
  quitMs: 10_000,
  /** A power button is pressed again after this long: a press before the guest's kernel is up is lost. */
  powerButtonAgainMs: 10_000,
  /** Writing a guest's memory to disk, loading it from there, or removing it. A disk of 100 MB/s takes 64 GiB in 11 minutes. */
  saveMs: 900_000,
  /** Copying a root disk. At 100 MB/s 1 TiB takes 3 hours. */
  captureMs: 14_400_000,
  /** How often a migration is looked at for its progress. Its changes QEMU tells at once. */
  migrationLookMs: 500,
  /** How often the progress of a migration is told. */
  migrationTellMs: 5_000,
  /** What QEMU may send of a guest's memory, in bytes a second: as much as a socket of this machine takes. */
  migrationBytesPerSecond: 1024 ** 4,
  /** From the order to end a mirror of a disk to its end: all that is not yet on the disk is written first. */
  mirrorEndMs: 60_000,
  /** From the last bytes of a guest to its being ready on the host where it has come. Usual: 20 ms. */
  arrivalMs: 30_000,
  /** From the order to let go of a volume to the end of its device. Usual: half a second; a guest that boots takes longer. */
  unplugMs: 40_000,
  /** From a greeting to the guest's agent to its answer. Usual: some ms; none comes where no agent runs. */
  agentSyncMs: 5_000,
  /** An order to the guest's agent. A freeze waits for all that the guest has still to write. */
  agentCommandMs: 60_000,
  /** Longest line that the guest's agent may send. */
  agentLineBytesMax: 64 * 1024,
  /** One run of qemu-img. */
  qemuImgMs: 60_000,
  /** Address space of qemu-img while it reads an image that a user made. */
  qemuImgMemoryBytesMax: 1024 * 1024 * 1024,
  /** Address space of qemu-img while it copies a disk: it does so with up to 64 threads, each with a stack and an arena. */
  captureMemoryBytesMax: 8 * 1024 * 1024 * 1024,
  /** Most of a serial console that is kept for reading; what `consoleOutput` answers at most. */
  consoleBytesMax: 1024 * 1024,
  /** A log of a guest (console or QEMU's own messages) that has grown beyond this is cut. */
  logBytesMax: 8 * 1024 * 1024,
  /** How often the logs are measured. Between two looks a log can grow by what a guest writes in that time. */
  logCheckMs: 10_000,
  /** Files of a config drive together. User data is at most 64 KiB, so this is generous. */
  configDriveBytesMax: 4 * 1024 * 1024,
  /** Guests that are looked at side by side when the driver starts. */
  attachAtOnceMax: 16,
  /** Ports tried for a guest's forwarding before its start is given up. */
  portAttemptsMax: 5,
  /** Longest reason taken from QEMU's messages into an error. */
  reasonLengthMax: 500,
} as const;
