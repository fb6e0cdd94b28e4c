import { join } from 'node:path';
import type { Hono } from 'hono';
import { HEALTH_PATH, METRICS_PATH, metricsApp } from '../http/metrics/app.ts';
import { RequestMetrics } from '../http/metrics/requests.ts';
import { Admission } from '../http/middleware/admission.ts';
import { atTheDoor, type Serve } from '../http/middleware/door.ts';
import { Flights } from '../http/middleware/flight.ts';
import type { RequestBindings } from '../http/middleware/route-name.ts';
import { realClock } from '../runtime/clock.ts';
import type { ActorSystem } from '../runtime/system.ts';
import { hangText, type ThreadHang } from '../runtime/threads/hang-report.ts';
import type { ThreadNotice, ThreadsFailed } from '../runtime/threads/notices.ts';
import { writeReportFile } from '../runtime/threads/report-file.ts';
import type { ShardThreads } from '../runtime/threads/shard-threads.ts';
import type { CellControl } from './cell-control.ts';
import { controlApp } from './control-app.ts';
import { serveControl } from './control-server.ts';
import { FAILURES_MAX, type Failure, failureOf } from './failures.ts';
import type { SeenShard } from './inside.ts';
import type { Logger } from './log.ts';
import { familiesOf } from './metrics.ts';
import { lookAround } from './metrics-seen.ts';
import type { MovesExplainer } from './moves-explainer.ts';
import { packageInfo } from './package-info.ts';
import { Recent } from './recent.ts';
import { makeReport, type Report, type ReportSources, reportOfMain } from './report.ts';
import { reportText } from './report-text.ts';
import type { ScheduleExplainer } from './schedule-explainer.ts';
import type { Settings } from './settings.ts';
import { textSecretFile } from './text-secret.ts';
import { ThreadWatch } from './thread-figures.ts';
import { Told } from './told.ts';

/** What the operator's side looks at. */
export interface OperatorSideOptions {
  readonly settings: Settings;
  readonly driver: unknown;
  readonly log: Logger;
  readonly recentLines: Recent<string>;
}

/** What runs, as soon as it does. */
export interface Running {
  readonly threads: Pick<ShardThreads, 'call' | 'threadStats' | 'move'>;
  readonly shards: readonly string[];
  /** The shard that owns an actor. */
  readonly shardOf: (kind: string, id: string) => string;
  readonly system: Pick<ActorSystem, 'inFlight'>;
  /** Absent: there are no commands on cells. */
  readonly cells?: CellControl;
  /** Absent: decisions are not explained. */
  readonly schedule?: ScheduleExplainer;
  readonly moves?: MovesExplainer;
}

/** Who `auto` lets read: behind a proxy every peer is on this machine. */
const accessOf = ({ metrics, publicEndpoint }: Settings) =>
  metrics !== 'auto' ? metrics : publicEndpoint === undefined ? 'loopback' : 'off';

/** Lines of the log that reports show. */
export const LINES_MAX = 200;

/** All that is for whoever runs the cloud: metrics, admission, reports, the control socket. */
export class OperatorSide {
  readonly #options: OperatorSideOptions;
  readonly #watch = new ThreadWatch(realClock);
  readonly #flights = new Flights(realClock);
  readonly #requests = new RequestMetrics();
  readonly #failures = new Recent<Failure>(FAILURES_MAX);
  readonly #admission: Admission;
  readonly #sources: ReportSources;
  readonly #told = new Told();
  #running: Running | null = null;
  #writing: Promise<string | null> | null = null;
  /** `/metrics` and `/healthcheck`. */
  readonly app: Hono<{ Bindings: RequestBindings }>;

  constructor(options: OperatorSideOptions) {
    this.#options = options;
    const { settings, driver, recentLines } = options;
    const shards = (): readonly SeenShard[] => this.#shards();
    const asksInFlight = (): number => this.#running?.system.inFlight ?? 0;
    this.#admission = new Admission(settings.limits, realClock);
    const seen = { clock: realClock, watch: this.#watch, flights: this.#flights, shards, asksInFlight };
    const info = packageInfo();
    this.#sources = { ...seen, package: info, settings, driver, recentLines, recentFailures: this.#failures };
    const metricSources = {
      ...seen,
      version: info.version,
      admission: this.#admission,
      requests: this.#requests,
      told: this.#told,
    };
    const access = accessOf(settings);
    this.app = metricsApp({
      access,
      token: access === 'token' ? textSecretFile(settings.stateDir, 'metrics-token') : null,
      collect: async () => familiesOf(await lookAround(metricSources)),
    });
  }

  /** Lets requests in, counts and times them. */
  door(serve: Serve): Serve {
    const { flights, admission, requests } = {
      flights: this.#flights,
      admission: this.#admission,
      requests: this.#requests,
    };
    return atTheDoor(serve, { flights, admission, requests, exempt: new Set([METRICS_PATH, HEALTH_PATH]) });
  }

  /** Says what runs. Until then there are no shards to look at. */
  attach(running: Running): void {
    this.#running = running;
  }

  /** Keeps what a notice tells of failures and restarts, for reports and metrics. */
  noticed(notice: ThreadNotice): void {
    this.#told.count(notice);
    const failure = failureOf(notice, realClock.now());
    if (failure) this.#failures.add(failure);
  }

  #shards(): readonly SeenShard[] {
    const running = this.#running;
    if (!running) return [];
    return running.shards.map((name) => ({
      name,
      restarts: this.#told.restarts.get(name) ?? 0,
      call: (request) => running.threads.call(name, request),
    }));
  }

  /** Opens the control socket; only while the state directory's lock is held. Throws ControlRefused. Returns what closes it. */
  async openControl(): Promise<() => Promise<void>> {
    const { settings, log } = this.#options;
    const app = controlApp({
      clock: realClock,
      shards: () => this.#shards(),
      threads: () => this.#running?.threads ?? null,
      cells: () => this.#running?.cells ?? null,
      schedule: () => this.#running?.schedule ?? null,
      moves: () => this.#running?.moves ?? null,
      shardOf: (kind, id) => this.#running?.shardOf(kind, id) ?? '',
      report: (reason) => this.report(reason),
      log,
      notice: (message, fields) => log.warn(fields, message),
    });
    const server = await serveControl(app, settings.stateDir);
    return () => server.close();
  }

  report(reason: string): Promise<Report> {
    return makeReport(this.#sources, reason);
  }

  /** Writes a report to standard error and into `reports/`; returns its file, or null when it could not be written. */
  writeReport(reason: string): Promise<string | null> {
    // Whoever asks again and again while one is made gets that one.
    this.#writing ??= this.report(reason)
      .then((report) => this.#write(report))
      .finally(() => {
        this.#writing = null;
      });
    return this.#writing;
  }

  /** As `writeReport`, at once and without asking the shards, since the process is about to end. */
  writeHangReport(hang: ThreadHang): string | null {
    const content = hangText(hang, realClock).trimEnd().split('\n');
    const report = reportOfMain(this.#sources, 'a thread hangs', { title: 'Thread that hangs', content });
    return this.#write(report, `hang-thread-${hang.thread}`);
  }

  /** Writes at once why the cloud has failed. A hang has its own report already. */
  writeFailureReport({ code, message }: ThreadsFailed): string | null {
    if (code === 'ThreadHung') return null;
    const section = { title: 'Why the cloud has failed', content: { code, message } };
    return this.#write(reportOfMain(this.#sources, 'the cloud has failed', section), 'failed');
  }

  #write(report: Report, label = ''): string | null {
    const { settings, log } = this.#options;
    const text = reportText(report);
    process.stderr.write(text);
    try {
      return writeReportFile(join(settings.stateDir, 'reports'), text, report.at, label);
    } catch (error) {
      log.error({ err: error }, 'the report could not be written');
      return null;
    }
  }

  close(): void {
    this.#admission.stop();
    this.#watch.stop();
  }
}
