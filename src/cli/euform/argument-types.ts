// SPDX-License-Identifier: BSD-2-Clause
// What texts mean to the tools of CloudFormation alone.
import type { Parameter } from '@aws-sdk/client-cloudformation'

const parameter = (text: string): Parameter => {
  const at = text.indexOf('=')
  // In the original's words.
  if (at < 1) throw new TypeError(`parameter "${text}" must have form KEY=VALUE`)
  return { ParameterKey: text.slice(0, at), ParameterValue: text.slice(at + 1) }
}

/** `KEY=VALUE;KEY=VALUE;…`: a value has no semicolon, and may be empty. */
export const parameters = (text: string): Parameter[] => text.split(';').map(parameter)
