/** Slipway's own facet of a run, named as OpenLineage's rules for custom facets want it. */
export const METRICS_FACET = "slipway_modelMetrics";

/** The tag of a run or a job that names the version, where no model among the outputs does. */
export const VERSION_TAG = "slipway.version";
