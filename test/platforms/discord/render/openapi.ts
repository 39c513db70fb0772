import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { z } from 'zod';

/** Discord's own OpenAPI document, kept beside the checkout; its licence does not let us distribute it. */
const file = new URL('../../../../../shared/reference/discord-openapi.json', import.meta.url);

export const isHere = existsSync(file);
if (!isHere)
  console.warn(`Not held against Discord's OpenAPI document: there is no ${file.pathname}`);

/** What is wrong with a body, by the name of its schema; empty if nothing is. */
export function createFaults(): (schema: string, body: unknown) => string[] {
  const document = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')));
  const ajv = new Ajv2020({ strict: false, allErrors: false, logger: false });
  formats.default(ajv);
  // A nonce and a snowflake are numbers too long for JavaScript, as text.
  for (const name of ['snowflake', 'nonce']) ajv.addFormat(name, /^\d{1,25}$/);
  ajv.addSchema({ ...document, $id: 'https://discord.test/' });
  return (schema, body) => {
    const check = ajv.getSchema(`https://discord.test/#/components/schemas/${schema}`);
    if (!check) throw new Error(`Discord's document has no schema "${schema}"`);
    // As sent: undefined fields are absent.
    const fine = check(JSON.parse(JSON.stringify(body)));
    return fine
      ? []
      : (check.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  };
}
