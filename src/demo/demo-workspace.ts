import type { Workspace } from "./gateway/workspace.ts";

export const ANA = "U0ANA";
export const BEN = "U0BEN";
export const DANA = "U0DANA";
export const GUS = "U0GUS";

/** Whose change every build of the sample CI is, whoever presses its buttons. */
export const AUTHOR = DANA;

/** The workspace of the demo. Its groups are those that `slipway.yml` names. */
export const DEMO_WORKSPACE: Workspace = {
  people: [
    { id: ANA, name: "ana", realName: "Ana Alves", email: "ana@acme.test" },
    { id: BEN, name: "ben", realName: "Ben Berg", email: "ben@acme.test" },
    { id: DANA, name: "dana", realName: "Dana Diaz", email: "dana@acme.test" },
    { id: GUS, name: "gus", realName: "Gus Guest", email: "gus@agency.test", guest: true },
  ],
  groups: [
    { id: "S0MLLEADS", handle: "ml-leads", members: [ANA, DANA] },
    { id: "S0SRE", handle: "sre", members: [BEN, DANA] },
  ],
  channels: [{ name: "ml-releases" }, { name: "releases" }],
};
