import fc from "fast-check";

/**
 * Properties begin at the same place in every run, so that a red build is about the change that it tests.
 * Places that nobody has been to are `npm run soak`'s.
 */
fc.configureGlobal({ seed: 20_261_122 });
