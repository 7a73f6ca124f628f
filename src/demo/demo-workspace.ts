import type { Workspace } from "./gateway/workspace.ts";

const ANA = "U0ANA";
const BEN = "U0BEN";
const GUS = "U0GUS";

/** Dana: every build of the sample CI is of her change, whoever presses its buttons. */
export const AUTHOR = "U0DANA";

/** The workspace of the demo. Its groups are those that `slipway.yml` names. */
export const DEMO_WORKSPACE: Workspace = {
  people: [
    { id: ANA, name: "ana", realName: "Ana Alves", email: "ana@acme.test" },
    { id: BEN, name: "ben", realName: "Ben Berg", email: "ben@acme.test" },
    { id: AUTHOR, name: "dana", realName: "Dana Diaz", email: "dana@acme.test" },
    { id: GUS, name: "gus", realName: "Gus Guest", email: "gus@agency.test", guest: true },
  ],
  groups: [
    { id: "S0MLLEADS", handle: "ml-leads", members: [ANA, AUTHOR] },
    { id: "S0SRE", handle: "sre", members: [BEN, AUTHOR] },
  ],
  channels: [{ name: "ml-releases" }, { name: "releases" }],
};
