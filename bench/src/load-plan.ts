/** A second request on the same connection, made from the serial that the first one was answered with. */
export interface FollowUp {
  /** The request up to the serial, and what comes after it. */
  before: string;
  after: string;
}

/** What is sent; the same for a scenario and its control. */
export interface Workload {
  /** Complete HTTP requests, sent in turn; many and different, so that rows and cache entries vary. */
  requests: Uint8Array[];
  followUp?: FollowUp;
  /** Requests per second at fixed points of time, whatever the answers do. Without it: as fast as answers come. */
  rate?: number;
}

/** The input of a load process. */
export interface LoadPlan extends Workload {
  port: number;
  /** Connections, each with one request under way. */
  connections: number;
  warmup_s: number;
  duration_s: number;
  serverPid: number;
  databasePid?: number;
}

/** What a load process answers. Times cover the measured part only, failures the warm-up as well. */
export interface LoadReport {
  duration_s: number;
  requests: number;
  rate: number;
  p50_us: number;
  p99_us: number;
  max_us: number;
  serverCpu_s: number;
  databaseCpu_s: number;
  loadCpu_s: number;
  /** Everything else on the machine: above a few percent, someone else was at work. */
  othersCpu_s: number;
  serverResident_bytes: number;
  /** Fixed rate only: requests that were due and never answered. */
  unanswered: number;
  /** Answers other than 2xx and broken connections, by kind, with one example each. */
  failures: { kind: string; count: number; example: string }[];
}
