import { REFUSALS } from '../http/middleware/admission.ts';
import type { Metric } from './metrics-seen.ts';

/** The process and its front end. */
export const PROCESS_METRICS: readonly Metric[] = [
  {
    name: 'novella_build_info',
    type: 'gauge',
    help: 'Always 1; its labels say what runs.',
    labels: ['version', 'node'],
    read: ({ version }) => [{ labels: { version, node: process.versions.node }, value: 1 }],
  },
  {
    name: 'process_start_time_seconds',
    type: 'gauge',
    help: 'When the process was started, in seconds since 1970.',
    labels: [],
    read: ({ startedAtMs }) => [{ labels: {}, value: startedAtMs / 1000 }],
  },
  {
    name: 'process_cpu_seconds_total',
    type: 'counter',
    help: 'Processor time of all threads, of the user and of the system.',
    labels: [],
    read: ({ cpuSeconds }) => [{ labels: {}, value: cpuSeconds }],
  },
  {
    name: 'process_resident_memory_bytes',
    type: 'gauge',
    help: 'Resident memory of the process.',
    labels: [],
    read: ({ rssBytes }) => [{ labels: {}, value: rssBytes }],
  },
  {
    name: 'novella_http_requests_total',
    type: 'counter',
    help: 'Answers by route (its template; none: no route was found), method and class of status.',
    labels: ['route', 'method', 'status'],
    read: ({ requests }) => requests.counts(),
  },
  {
    name: 'novella_http_request_duration_seconds',
    type: 'histogram',
    help: 'From the arrival of a request to its answer.',
    labels: ['route', 'method'],
    read: ({ requests }) => requests.durations(),
  },
  {
    name: 'novella_http_requests_in_flight',
    type: 'gauge',
    help: 'Requests under way.',
    labels: [],
    read: ({ requestsInFlight }) => [{ labels: {}, value: requestsInFlight }],
  },
  {
    name: 'novella_http_requests_refused_total',
    type: 'counter',
    help: 'Requests answered 503 at the door: too many under way (requests), or the event loop too late (delay).',
    labels: ['reason'],
    read: ({ refused }) => REFUSALS.map((reason) => ({ labels: { reason }, value: refused[reason] })),
  },
  {
    name: 'novella_asks_in_flight',
    type: 'gauge',
    help: 'Asks of the front end that wait for an actor.',
    labels: [],
    read: ({ asksInFlight }) => [{ labels: {}, value: asksInFlight }],
  },
];
