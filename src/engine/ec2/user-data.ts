// SPDX-License-Identifier: BSD-2-Clause
// What user data is made of: one document, or several in one message (RFC 2046), packed with gzip or not. Whoever runs
// instances writes it, so that nothing of it is believed: neither how large it becomes nor how deep it goes.
import { gunzipSync } from 'node:zlib'

export interface UserDataParts {
  /** Documents of cloud-config, in the order in which they came. */
  readonly configs: readonly string[]
  /** What else there is: `text/x-shellscript`, and so on. */
  readonly others: readonly string[]
}

// What 16 KiB could be unpacked to is a thousand times as much.
const mostBytes = 2 ** 20
const mostParts = 64
const mostDepth = 3

interface Entity {
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** Headers and body of a message whose bytes are characters. */
const entityOf = (text: string): Entity => {
  const end = /\r?\n[ \t]*\r?\n/.exec(text)
  const head = end ? text.slice(0, end.index) : text
  const headers = new Map<string, string>()
  // A line that begins with a blank goes on with the one before.
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return { headers, body: end ? text.slice(end.index + end[0].length) : '' }
}

const boundaryOf = (contentType: string): string | undefined => {
  const match = /;\s*boundary\s*=\s*(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(contentType)
  return match?.[1] ?? match?.[2]
}

/** What stands between lines of `--boundary`. */
const between = (body: string, boundary: string): string[] => {
  const pieces: string[][] = []
  let current: string[] | undefined
  for (const line of body.split('\n')) {
    const plain = line.replace(/[\r \t]+$/, '')
    if (plain === `--${boundary}--`) break
    if (plain === `--${boundary}`) {
      if (pieces.length === mostParts) break
      current = []
      pieces.push(current)
    } else current?.push(line)
  }
  return pieces.map(lines => lines.join('\n'))
}

const decoders: Readonly<Record<string, (body: string) => Buffer>> = {
  base64: body => Buffer.from(body, 'base64'),
  'quoted-printable': body =>
    Buffer.from(
      body
        .replace(/=[ \t]*\r?\n/g, '')
        .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    ),
}

const isPacked = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

const unpacked = (bytes: Buffer): Buffer | undefined => {
  try {
    return gunzipSync(bytes, { maxOutputLength: mostBytes })
  } catch {
    // Torn, or larger than anything that is meant.
    return undefined
  }
}

const isMessage = (text: string): boolean =>
  /^(?:content-type|mime-version)[ \t]*:/im.test(
    (/^[^\r\n]*(?:\r?\n[^\r\n]+)*/.exec(text)?.[0] ?? '').slice(0, 4096),
  )

const isCloudConfig = (text: string): boolean => /^\ufeff?#cloud-config[ \t]*(?:\r?\n|$)/.test(text)

interface Gathered {
  readonly configs: string[]
  readonly others: string[]
}

const gather = (bytes: Buffer, declared: string | undefined, into: Gathered, depth: number): void => {
  const plain = isPacked(bytes) ? unpacked(bytes) : bytes
  if (!plain) {
    into.others.push('packed data that cannot be unpacked')
    return
  }
  const text = plain.toString('utf8')
  if (declared === 'text/cloud-config' || isCloudConfig(text)) into.configs.push(text.replace(/^\ufeff/, ''))
  else if (declared === undefined && isMessage(text)) message(plain.toString('latin1'), into, depth)
  else if (text.startsWith('#!')) into.others.push('text/x-shellscript')
  else into.others.push(declared ?? 'text/plain')
}

const message = (text: string, into: Gathered, depth: number): void => {
  const { headers, body } = entityOf(text)
  const contentType = headers.get('content-type') ?? 'text/plain'
  const type = (/^[^\s;]+/.exec(contentType)?.[0] ?? '').toLowerCase()
  const boundary = type.startsWith('multipart/') ? boundaryOf(contentType) : undefined
  if (boundary === undefined) {
    const decode = decoders[(headers.get('content-transfer-encoding') ?? '').toLowerCase()]
    gather(decode?.(body) ?? Buffer.from(body, 'latin1'), type, into, depth)
  } else if (depth < mostDepth) {
    for (const piece of between(body, boundary)) message(piece, into, depth + 1)
  } else into.others.push(type)
}

/** The parts of user data, as an instance gets it from the metadata service. */
export const partsOf = (userData: Buffer): UserDataParts => {
  const gathered: Gathered = { configs: [], others: [] }
  if (userData.length > 0) gather(userData, undefined, gathered, 0)
  return gathered
}
