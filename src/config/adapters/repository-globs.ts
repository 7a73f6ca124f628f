import { z } from "zod";
import { projectGlob } from "../schema/leaves.ts";

/** What a source hears, where its system may hold repositories in groups of groups. */
export const repositoryGlobs = z
  .array(projectGlob)
  .min(1, { error: "must list at least one repository, e.g. acme/* or acme/**" })
  .meta({
    description:
      "Repositories that are heard: `*` for any part of a segment, `**` for any segments",
  });
