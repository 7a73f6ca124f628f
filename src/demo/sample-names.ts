/** What the sample world consists of; `slipway.yml` names the same. */
export const ENVIRONMENTS = ["staging", "production"] as const;
export type SampleEnvironment = (typeof ENVIRONMENTS)[number];

export const COMPONENTS = ["model-pymk", "svc-feed"] as const;
export type SampleComponent = (typeof COMPONENTS)[number];
