// SPDX-License-Identifier: BSD-2-Clause
// A debug log is shown to others: what it tells of an answer must not be good for anything.

/** Elements whose text is a secret, in the answers of all services. */
const secretElements = [
  'SecretAccessKey',
  'SessionToken',
  'PrivateKey',
  'keyMaterial',
  'Password',
  'passwordData',
  'Base32StringSeed',
  'QRCodePNG',
  'ServicePassword',
  'SecretKey',
  'Token',
  'userData',
]

const secretElement = new RegExp(`<(${secretElements.join('|')})>[^<]*</\\1>`, 'g')

/** An answer's text without the secrets in it. */
export const redacted = (xml: string): string =>
  xml.replace(secretElement, (_, name: string) => `<${name}><redacted></${name}>`)

const secretParameter = /\b((?:x-amz-)?(?:signature|security-?token))=[^&]*/gi

/** An address without what lets its reader in. */
export const redactedUrl = (url: string): string => url.replace(secretParameter, '$1=<redacted>')
