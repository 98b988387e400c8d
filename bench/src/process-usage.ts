import { readdirSync, readFileSync } from 'node:fs';

/** Unit of the times in /proc (proc_pid_stat(5)); Linux fixes it to 100 per second for user space. */
const TICKS_PER_SECOND = 100;

interface Stat {
  pid: number;
  parent: number;
  cpu_s: number;
}

function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the command in parentheses and may itself hold spaces; fields count from its end.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return {
      pid,
      parent: Number(fields[1]),
      // CPU time of the process and of its ended children: PostgreSQL starts short-lived processes.
      cpu_s: [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0) / TICKS_PER_SECOND,
    };
  } catch {
    return undefined; // the process has ended
  }
}

function family(root: number): Stat[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat) => stat !== undefined);
  const members = new Set([root]);
  for (let grown = true; grown; ) {
    const before = members.size;
    for (const stat of all) if (members.has(stat.parent)) members.add(stat.pid);
    grown = members.size > before;
  }
  return all.filter((stat) => members.has(stat.pid));
}

/** CPU seconds, user and system, that the process and its descendants have used so far. */
export function cpuSeconds(pid: number | undefined): number {
  if (pid === undefined) return 0;
  return family(pid).reduce((sum, stat) => sum + stat.cpu_s, 0);
}

/** CPU seconds that the whole machine has spent on anything but idling and waiting. */
export function machineCpuSeconds(): number {
  const [, ...fields] = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0]?.split(/\s+/) ?? [];
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields.map(Number);
  return (user + nice + system + irq + softirq + steal) / TICKS_PER_SECOND;
}

/** Resident memory of a running process in bytes. @throws Error if it has ended */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  if (kilobytes === undefined) throw new Error(`The process ${pid} has ended.`);
  return Number(kilobytes) * 1024;
}
