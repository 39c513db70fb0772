import { forgetSecrets } from '../src/core/secrets.ts';

// Runs before each test file. Values registered as secrets by an earlier file would be redacted in the messages that
// this one reads.
forgetSecrets();
