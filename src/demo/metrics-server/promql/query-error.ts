/** Why a query got no answer, in Prometheus' own words for the kind. Caught where HTTP is answered. */
export class QueryError extends Error {
  override readonly name = "QueryError";
  /** `bad_data`: the request is wrong (400). `execution`: it met data that it cannot be computed on (422). */
  readonly errorType: "bad_data" | "execution";

  constructor(errorType: "bad_data" | "execution", message: string) {
    super(message);
    this.errorType = errorType;
  }
}
