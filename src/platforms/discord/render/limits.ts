/**
 * Discord's limits. Lengths are in UTF-16 units, never fewer than Discord counts. Limits without a page are only in
 * Discord's OpenAPI document.
 */

/** https://docs.discord.com/developers/components/reference ("Messages allow up to 40 total components") */
export const MESSAGE = {
  components: 40,
  /** Over all text displays; https://docs.discord.com/developers/components/reference#text-display */
  text: 4000,
  /** https://docs.discord.com/developers/components/reference#media-gallery-media-gallery-structure */
  pictures: 10,
  /** https://docs.discord.com/developers/components/reference#media-gallery-media-gallery-item-structure */
  alt: 1024,
} as const;

/** https://docs.discord.com/developers/components/reference#anatomy-of-a-component-custom-id */
export const CUSTOM_ID = 100;

/** https://docs.discord.com/developers/components/reference#button-button-structure */
export const BUTTON = { label: 80, inRow: 5 } as const;

/** https://docs.discord.com/developers/components/reference#string-select-select-option-structure */
export const SELECT = { options: 25, label: 100, value: 100, description: 100, placeholder: 150 };

/** https://docs.discord.com/developers/components/reference#radio-group: 2 to 10 options, as long as a menu's. */
export const RADIO = { least: 2 } as const;

/** https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-modal */
export const MODAL = { title: 45, components: 5 } as const;

/** https://docs.discord.com/developers/components/reference#label-label-structure */
export const LABEL = { label: 45, description: 100 } as const;

/** https://docs.discord.com/developers/components/reference#text-input-text-input-structure */
export const INPUT = { value: 4000, placeholder: 100 } as const;

/** https://docs.discord.com/developers/interactions/application-commands#application-command-object */
export const COMMAND = {
  /** https://docs.discord.com/developers/interactions/application-commands#registering-a-command */
  count: 100,
  name: 32,
  description: 100,
  options: 25,
  choices: 25,
  choice: 100,
  /** Names, descriptions and values together; .../application-commands#slash-commands */
  total: 8000,
} as const;
