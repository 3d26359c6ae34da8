// SPDX-License-Identifier: BSD-2-Clause
// Text inside XML. Names come from schemas and need no escaping; values do.

// What must not stand as it is: markup, the carriage return and its Unicode kin (a parser would turn them into line
// feeds), and all that XML 1.0 cannot carry at all. Surrogates are looked at only when one of them stands alone.
const SPECIAL =
  /[&<>"\r\u0085\u2028\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
const EVERY = new RegExp(SPECIAL, 'g')

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
  '\u0085': '&#x85;',
  '\u2028': '&#x2028;',
}

/** Escape text for an element or a double-quoted attribute. Characters that XML 1.0 forbids become U+FFFD. */
export const escapeText = (text: string): string =>
  SPECIAL.test(text) ? text.replace(EVERY, character => ENTITIES[character] ?? '\ufffd') : text
