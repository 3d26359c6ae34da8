// SPDX-License-Identifier: BSD-2-Clause
// QR codes (ISO/IEC 18004): a text as a picture, from which a telephone reads what nobody likes to type.
import { crc32, deflateSync } from 'node:zlib'
import makeCode from 'qrcode-generator'

// Version 40 at level L: the longest text there is a code for.
const mostBytes = 2953

/** The modules of a code: rows of what is dark. A text that is too long for one has none. */
export const qrCode = (text: string): readonly (readonly boolean[])[] | undefined => {
  const bytes = Buffer.from(text)
  if (bytes.length > mostBytes) return undefined
  const code = makeCode(0, 'L')
  // A byte of each character is what it codes.
  code.addData(bytes.toString('latin1'))
  code.make()
  const places = Array.from({ length: code.getModuleCount() }, (_, place) => place)
  return places.map(y => places.map(x => code.isDark(y, x)))
}

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

const pixels = 4
const margin = 4

/** A picture of a code, in PNG: grey, with the light edge that readers need. */
export const pngOf = (modules: readonly (readonly boolean[])[]): Buffer => {
  const side = (modules.length + 2 * margin) * pixels
  const rows: Buffer[] = []
  for (let y = 0; y < side; y++) {
    const row = modules[Math.floor(y / pixels) - margin]
    // Before the row stands how it is filtered: not at all.
    const line = Buffer.alloc(side + 1, 0xff)
    line[0] = 0
    for (let x = 0; x < side; x++) if (row?.[Math.floor(x / pixels) - margin]) line[x + 1] = 0
    rows.push(line)
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header[8] = 8
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
