/**
 * Slack's limits, in characters unless stated otherwise, with their sources. Slack counts some characters as the
 * entity that represents them, so lengths are measured with `weight`.
 */
export const LIMITS = {
  /** https://docs.slack.dev/reference/block-kit/blocks */
  message: { blocks: 50 },
  /**
   * https://docs.slack.dev/reference/views/modal-views and …/home-tab-views. A view of more than
   * 250 kB is refused: https://docs.slack.dev/reference/methods/views.publish
   */
  view: { blocks: 100, title: 24, submit: 24, close: 24, metadata: 3000, bytes: 250_000 },
  /** https://docs.slack.dev/reference/block-kit/blocks/header-block */
  header: 150,
  /** https://docs.slack.dev/reference/block-kit/blocks/section-block */
  section: { text: 3000, fields: 10, field: 2000 },
  /** https://docs.slack.dev/reference/block-kit/blocks/context-block: at most 10 elements; we use one. */
  context: { text: 2000 },
  /** https://docs.slack.dev/reference/block-kit/blocks/actions-block */
  actions: 25,
  /** https://docs.slack.dev/reference/block-kit/block-elements/button-element */
  button: { text: 75, value: 2000 },
  /** https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object */
  confirm: { title: 100, text: 300, button: 30 },
  /**
   * Rows below the header; letters over all cells of a message.
   * https://docs.slack.dev/reference/block-kit/blocks/data-table-block and …/table-block, which counts
   * the header among its 100 rows. The length of a caption is not documented.
   */
  table: { rows: 100, columns: 20, letters: 10_000, caption: 150 },
  /**
   * https://docs.slack.dev/reference/block-kit/blocks/container-block. Its validator takes fewer kinds of
   * blocks inside than that page lists, `rich_text` not among them: we use `table`, `image` and `context`.
   */
  container: { title: 150, children: 10 },
  /** Neither is documented: https://docs.slack.dev/reference/block-kit/blocks/plan-block */
  plan: { title: 400, tasks: 20 },
  /** https://docs.slack.dev/reference/block-kit/blocks/image-block */
  image: { alt: 2000, title: 2000 },
  /** https://docs.slack.dev/reference/block-kit/blocks/input-block */
  input: { label: 2000, hint: 2000, name: 255 },
  /** https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element */
  typed: 3000,
  /** https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element */
  options: 100,
  /** https://docs.slack.dev/reference/block-kit/composition-objects/option-object */
  option: { text: 75, value: 150, description: 75 },
  /**
   * The `text` beside the blocks: 4000 at best, 40,000 at most.
   * https://docs.slack.dev/reference/methods/chat.postMessage#truncating
   */
  fallback: 4000,
} as const;

/**
 * All blocks of a message together. Slack does not document where `msg_blocks_too_long` begins; a
 * message of one block was refused at 13,297 characters, an additional divider took 125 of them, and one of
 * many small texts was refused at 11,341. So we count each block's JSON and 125 more, and stop well
 * before: https://github.com/slackapi/bolt-js/issues
 */
export const ROOM = { cost: 12_000, perBlock: 125 } as const;

/** Monospaced characters in a line of code, on a desktop. */
export const CODE_WIDTH = 75;
