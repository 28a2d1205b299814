// The one filter in front of every emulator, made available to the page, which imports nothing of the server but this
// folder.

export { EscapeFilter } from '../../recordings/picture/escape-filter.ts';
