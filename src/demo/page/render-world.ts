import { CI_JOBS, type CiJob, type JobRun } from "../ci-desk.ts";
import { ENVIRONMENTS } from "../sample-names.ts";
import type { Serving } from "../serving.ts";
import { type Html, html, NOTHING } from "./html.ts";
import { sparkline } from "./sparkline.ts";

/** Below this share of good answers something is wrong: the watches of `slipway.yml` find that, too. */
const LIMIT = 0.97;

export interface WorldState {
  readonly runs: readonly JobRun[];
  readonly serving: readonly Serving[];
}

/** What is around Slipway: a CI with buttons, and what the runtimes serve. */
export function renderWorld({ runs, serving }: WorldState): Html {
  return html`<section aria-labelledby="ci-title"><h3 id="ci-title">Sample CI</h3>
<p class="about">Real jobs, on changes that Dana wrote.</p>
<div class="jobs">${(Object.keys(CI_JOBS) as CiJob[]).map(jobButton)}</div>
<ul class="runs" aria-label="Jobs">${runs.map(runLine)}</ul></section>
${ENVIRONMENTS.map(
  (environment) => html`<section aria-labelledby="${environment}-title">
<h3 id="${environment}-title">${environment}</h3>
${serving.filter((one) => one.environment === environment).map(servingCard)}</section>`,
)}`;
}

function jobButton(job: CiJob): Html {
  return html`<button type="button" class="button small" data-job="${job}" data-focus="job ${job}">${CI_JOBS[job].label}</button>`;
}

function runLine({ job, state }: JobRun): Html {
  const { label, component } = CI_JOBS[job];
  switch (state.kind) {
    case "begun":
      return html`<li class="run begun"><span class="dot" aria-hidden="true"></span><span><b>${component}</b> ${label} …</span></li>`;
    case "broken":
      return html`<li class="run failure"><span class="dot" aria-hidden="true"></span><span><b>${component}</b> the job broke: ${state.why}</span></li>`;
    case "finished": {
      const { version, outcome, summary, reported } = state.build;
      const unreported = reported ? NOTHING : html` <em>It could not be reported.</em>`;
      return html`<li class="run ${outcome}"><span class="dot" aria-hidden="true"></span><span title="${summary}"><b>${component} ${version}</b> ${summary}${unreported}</span></li>`;
    }
  }
}

function servingCard(serving: Serving): Html {
  const { environment, component, version, beside, degraded, successRate } = serving;
  const about = `${component} in ${environment}`;
  if (version === null) {
    return html`<div class="serving"><p class="what"><b>${component}</b> <span>nothing deployed</span></p></div>`;
  }
  const now = successRate.at(-1)?.value ?? null;
  const rate = now === null ? "no data yet" : percent(now);
  const state = now === null ? "unknown" : now >= LIMIT ? "well" : "unwell";
  const change = degraded ? "better" : "worse";
  const other = beside === null ? NOTHING : html` <span>beside ${beside}</span>`;
  return html`<div class="serving ${state}"><p class="what"><b>${component}</b> <span>${version}</span>${other}</p>
<output aria-label="Success rate of ${about}">${rate}</output>
${sparkline(successRate, LIMIT)}
<button type="button" class="button small" data-world="${change}" data-environment="${environment}" data-component="${component}" data-focus="world ${environment} ${component}" aria-label="Make ${about} ${change}">Make it ${change}</button></div>`;
}

/** Rounded down, so that 99.96 % is not 100 %. */
function percent(share: number): string {
  return `${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}
