/** What a server is asked, to answer when nothing is left to do. */
export const DONE = "done";
