// SPDX-License-Identifier: BSD-2-Clause
// Policy documents as they are read: answers have them quoted as in URLs.
import type { Row } from './cell'
import { plain } from './plain'

/** Percent signs that begin no code stay as they are, and a plus sign is no blank. */
const unquoted = (quoted: string): string =>
  quoted.replace(/(?:%[0-9a-f]{2})+/gi, codes =>
    Buffer.from(codes.replaceAll('%', ''), 'hex').toString('utf8'),
  )

const codePoint = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

/** As the original's library wrote JSON: a blank behind each comma, even at a line's end, and ASCII alone. */
const indented = (document: string): string => {
  let content: unknown
  try {
    content = JSON.parse(document)
  } catch {
    throw new Error('No JSON object could be decoded')
  }
  return JSON.stringify(content, null, 4)
    .replaceAll(',\n', ', \n')
    .replace(/[\u0080-\uffff]/g, codePoint)
}

/** What a policy says, as it was written or indented. */
export const documentLines = (
  document: string | undefined,
  { prettyPrint }: { readonly prettyPrint: boolean },
): Row[] => {
  const written = plain(document && unquoted(document))
  return [prettyPrint ? indented(written) : written]
}
