/**
 * What Slack accepts, in UTF-16 code units as Slack counts them (docs.slack.dev/reference/block-kit).
 * The drawings cut to these numbers, and the checker of the tests holds them against the same table.
 */
export const LIMITS = {
  message: {
    blocks: 50,
    /** Slack documents no total. It refused messages from 11,341 to 13,200 characters (bolt-js #2509, #2867). */
    text: 10_000,
    /** The `text` beside the blocks: cut by Slack at 40,000, recommended up to this. */
    fallback: 4000,
  },
  modal: {
    blocks: 100,
    /** A view is refused from 250 KB of JSON; this holds even if every character takes six bytes of it. */
    text: 30_000,
    /** Also of its buttons. */
    title: 24,
    metadata: 3000,
  },
  home: { blocks: 100 },
  header: 150,
  section: { text: 3000, fields: 10, field: 2000 },
  context: { elements: 10, text: 3000 },
  actions: 25,
  button: { text: 75, value: 2000, url: 3000, accessibilityLabel: 75 },
  input: { label: 2000, hint: 2000, placeholder: 150, length: 3000 },
  confirm: { title: 100, text: 300, button: 30 },
  image: { alt: 2000, title: 2000, url: 3000 },
  option: { text: 75, value: 150 },
  id: 255,
} as const;

/** How much of each untrusted text is shown: what a reader needs of it, far below what Slack accepts. */
export const SHOWN = {
  /** Names and versions inside a title, where several must fit into one header. */
  titleName: 32,
  name: 80,
  /** A commit subject, a sentence, a detail of a deployer. */
  sentence: 200,
  reason: 300,
  query: 600,
  notes: 400,
  url: 1000,
} as const;
