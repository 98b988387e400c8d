/** A second request on the same connection, with the serial from the response to the first one. */
export interface FollowUp {
  /** The request up to the serial, and what comes after it. */
  before: string;
  after: string;
}

/** The requests to send; the same for a scenario and its control. */
export interface Workload {
  /** Complete HTTP requests, sent in turn; many and different, so that rows and cache entries vary. */
  requests: Uint8Array[];
  followUp?: FollowUp;
  /** Fixed rate in requests per second, independent of the responses. Without it: as fast as responses arrive. */
  rate?: number;
}

/** The input of a load process. */
export interface LoadPlan extends Workload {
  port: number;
  /** Number of connections, each with one request in progress. */
  connections: number;
  warmup_s: number;
  duration_s: number;
  serverPid: number;
  databasePid?: number;
}

/** The report of a load process. Times cover the measured part only; failures include the warm-up. */
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
  /** CPU time of all other processes; above a few percent, the machine was not idle. */
  othersCpu_s: number;
  serverResident_bytes: number;
  /** Fixed rate only: due requests without a response. */
  unanswered: number;
  /** Responses other than 2xx and failed connections, by kind, with one example each. */
  failures: { kind: string; count: number; example: string }[];
}
