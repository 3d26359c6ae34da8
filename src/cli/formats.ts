// SPDX-License-Identifier: BSD-2-Clause
// How a tool prints what it has found out: as it was told, or as the user has it for every tool.
import { UsageError } from './errors'

export const formats = ['text', 'table', 'json'] as const
export type Format = (typeof formats)[number]

const isFormat = (text: unknown): text is Format => formats.some(format => format === text)

interface Given {
  readonly json?: unknown
  readonly outputFormat?: unknown
}

/** The format for these arguments. Throws when they contradict each other, or the variable names none. */
export const formatOf = (
  { json, outputFormat }: Given,
  { MALLEE_FORMAT: usual }: Readonly<Record<string, string | undefined>>,
): Format => {
  if (json === true && isFormat(outputFormat) && outputFormat !== 'json')
    throw new UsageError('argument --json: not allowed with argument --format')
  if (json === true) return 'json'
  if (isFormat(outputFormat)) return outputFormat
  if (usual === undefined || usual === '') return 'text'
  if (!isFormat(usual))
    throw new Error(`MALLEE_FORMAT must be one of ${formats.join(', ')}, and not '${usual}'`)
  return usual
}
