import { alertmanagerSource } from "./alertmanager.ts";
import { githubSource } from "./github.ts";
import { grafanaSource } from "./grafana.ts";
import { reportSource } from "./report.ts";
import type { SourceAdapter } from "./source.ts";

export type SourceAdapters = Readonly<Record<string, SourceAdapter>>;

/** Every system that may send events, by the `type` of its entry in the configuration. */
export const SOURCE_ADAPTERS: SourceAdapters = {
  report: reportSource,
  github: githubSource,
  alertmanager: alertmanagerSource,
  grafana: grafanaSource,
};
