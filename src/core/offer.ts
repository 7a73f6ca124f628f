/** What a card offers: exactly the actions that `decide` would accept from a person who may do them. */
export type Offer =
  | { readonly kind: "approve"; readonly environment: string; readonly digest: string }
  | { readonly kind: "reject"; readonly environment: string }
  | { readonly kind: "promote"; readonly environment: string }
  | { readonly kind: "rollback"; readonly environment: string }
  | { readonly kind: "retry"; readonly environment: string }
  | { readonly kind: "stop"; readonly environment: string }
  | { readonly kind: "override"; readonly environment: string };
