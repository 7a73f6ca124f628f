import { z } from "zod";
import { duration, headerName, headerValue, url } from "../schema/leaves.ts";
import { strict } from "../schema/strict.ts";

/** What the metrics sources that are asked by HTTP have in common. */

export const timeout = duration(1)
  .prefault("10s")
  .meta({ description: "Longest wait for one answer" });

const headers = z.record(headerName, headerValue).prefault({});

/** `Authorization`: a token, or a user with a password. */
const credentials = {
  bearer: headerValue.min(1).optional().meta({ description: "Token for `Authorization: Bearer`" }),
  basic: strict({
    user: headerValue.min(1).meta({ description: "User" }),
    password: headerValue.meta({ description: "Password" }),
  })
    .optional()
    .meta({ description: "User and password for `Authorization: Basic`" }),
};

/** `of` says which address it is, `header` which header is an example of one that is needed. */
export function serverFields({ of, header }: { readonly of: string; readonly header: string }) {
  return {
    url: url.meta({ description: of }),
    headers: headers.meta({ description: `Sent with every query, e.g. \`${header}\`` }),
    ...credentials,
    timeout,
  };
}

/** Systems whose newest numbers go on changing for a while. */
export function delay(usual: string) {
  return duration(0).prefault(usual).meta({
    description: "After this long everything has come; newer points are not looked at",
  });
}
