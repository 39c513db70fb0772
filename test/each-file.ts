import { forgetSecrets } from '../src/core/secrets.ts';

// Runs before each file. Whatever a file before it kept secret would be struck out of the messages that this one reads.
forgetSecrets();
