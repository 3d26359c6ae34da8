// SPDX-License-Identifier: BSD-2-Clause
import type { GetConsoleOutputResult } from '@aws-sdk/client-ec2'
import { type Row, text } from './cell'

/** `^[` and the like, so that a console cannot command the terminal it is shown on. Tab and newlines stay. */
const careted = (output: string): string =>
  output.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g, character =>
    character === '\x7f' ? '^?' : `^${String.fromCharCode(character.charCodeAt(0) + 64)}`,
  )

/** Instance, time, and the console's text; bytes that are no UTF-8 become question marks. */
export const consoleOutputRows = (
  result: GetConsoleOutputResult,
  { raw }: { readonly raw: boolean },
): Row[] => {
  const decoded = Buffer.from(result.Output ?? '', 'base64')
    .toString('utf8')
    .replaceAll('\ufffd', '?')
  return [result.InstanceId ?? '', text(result.Timestamp) ?? '', raw ? decoded : careted(decoded)]
}
