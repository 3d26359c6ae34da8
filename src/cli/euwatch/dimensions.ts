// SPDX-License-Identifier: BSD-2-Clause
import type { Dimension } from '@aws-sdk/client-cloudwatch'
import { list, quoted } from '../argument-types'
import { option } from '../options'

/** `NAME=VALUE,NAME=VALUE,…` */
export const dimensions = (text: string): Dimension[] =>
  list(text).map(item => {
    const at = item.indexOf('=')
    if (at < 1) throw new TypeError(`dimension ${quoted(item)} must have form NAME=VALUE`)
    return { Name: item.slice(0, at), Value: item.slice(at + 1) }
  })

/** The option by which a tool takes them. */
export const dimensionsOption = (flags: string, help: string) =>
  option(flags, { metavar: 'KEY1=VALUE1,KEY2=VALUE2,...', type: dimensions, help })
