import { readFileSync } from "node:fs";

export interface Memory {
  /** Megabytes that the process has in memory now, and the most that it ever had. */
  readonly now: number;
  readonly most: number;
}

/** Of a process that runs. @throws where the system has no /proc */
export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const megabytes = (name: string) => {
    const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
    if (kilobytes === undefined) throw new Error(`/proc/${pid}/status does not say ${name}`);
    return Number(kilobytes) / 1024;
  };
  return { now: megabytes("VmRSS"), most: megabytes("VmHWM") };
}
