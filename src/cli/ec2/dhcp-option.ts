// SPDX-License-Identifier: BSD-2-Clause
import type { NewDhcpConfiguration } from '@aws-sdk/client-ec2'
import { quoted } from '../argument-types'

const keys = [
  'domain-name-servers',
  'domain-name',
  'ntp-servers',
  'netbios-name-servers',
  'netbios-node-type',
]

/** `KEY=VALUE,VALUE,…` */
export const dhcpOption = (text: string): NewDhcpConfiguration => {
  const at = text.indexOf('=')
  if (at === -1) throw new TypeError(`${quoted(text)} must have form KEY=VALUE,[VALUE,...]`)
  const key = text.slice(0, at)
  if (!keys.includes(key)) throw new TypeError(`${quoted(key)} must be one of ${keys.join(', ')}`)
  return { Key: key, Values: text.slice(at + 1).split(',') }
}
