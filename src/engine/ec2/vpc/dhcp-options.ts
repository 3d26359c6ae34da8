// SPDX-License-Identifier: BSD-2-Clause
// Sets of DHCP options, which VPCs give to their instances. They are kept and shown; guests are not told of them.
import { isIP } from 'node:net'
import type {
  AssociateDhcpOptionsRequest,
  CreateDhcpOptionsRequest,
  CreateDhcpOptionsResult,
  DeleteDhcpOptionsRequest,
  DescribeDhcpOptionsRequest,
  DescribeDhcpOptionsResult,
  DhcpOptions as DhcpOptionsView,
  NewDhcpConfiguration,
} from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import { type FilterTable, matchFilters } from '../../filters'
import type { Operation, Tx } from '../../operation'
import { page } from '../../pages'
import { forgetTags, putTags, specifiedTags, tagFilters, tagIndex } from '../../tags'
import { madeBy } from '../quotas'
import type { DhcpOptions } from '../schema/vpc'
import { defaultDhcpOptions } from './foundation'
import { freshIds } from './fresh-ids'
import { kinds, named } from './kinds'
import { needVpcs } from './networking'
import { shown } from './remnants'
import { refuseDependency } from './requested'

// ---- CreateDhcpOptions -------------------------------------------------------------------------------------------

type Check = (values: readonly string[]) => boolean

const isDomain = (text: string): boolean =>
  text.length <= 253 &&
  /^([a-z\d]([a-z\d-]{0,61}[a-z\d])?)(\.[a-z\d]([a-z\d-]{0,61}[a-z\d])?)*\.?$/i.test(text)

// AWS takes no more servers of a kind.
const maximumServers = 4

const areAddresses: Check = values =>
  values.length <= maximumServers && values.every(text => isIP(text) !== 0)

const only =
  (check: (text: string) => boolean): Check =>
  values =>
    values.length === 1 && values.every(check)

/** What each option may be (Eucalyptus' rules). */
const checks: Readonly<Record<string, Check>> = {
  'domain-name': only(isDomain),
  'domain-name-servers': values => only(text => text === 'AmazonProvidedDNS')(values) || areAddresses(values),
  'ntp-servers': areAddresses,
  'netbios-name-servers': areAddresses,
  'netbios-node-type': only(text => ['1', '2', '4', '8'].includes(text)),
}

const invalid = (parameter: string, value: string, why: string): never =>
  refuse('InvalidParameterValue', `Value (${value}) for parameter ${parameter} is invalid. ${why}`)

const optionOf = ({ Key: key = '', Values: values = [] }: NewDhcpConfiguration) => {
  const check = Object.hasOwn(checks, key) ? checks[key] : undefined
  if (!check) return invalid('name', key, 'Unknown DHCP option')
  if (values.length === 0 || !check(values)) {
    return invalid('value', values.join(','), 'Invalid DHCP option value.')
  }
  return { key, values: [...values] }
}

export const createDhcpOptions: Operation<CreateDhcpOptionsRequest, CreateDhcpOptionsResult> = (
  tx,
  input,
) => {
  needVpcs(tx)
  const options = (input.DhcpConfigurations ?? []).map(optionOf)
  if (options.length === 0) {
    refuse('MissingParameter', 'The request must contain the parameter dhcpConfiguration')
  }
  const keys = options.map(({ key }) => key)
  const twice = keys.find((key, index) => keys.indexOf(key) !== index)
  if (twice !== undefined) invalid('name', twice, 'A DHCP option can be given once.')
  const tags = specifiedTags(input.TagSpecifications, 'dhcp-options')
  const set = tx.dhcpOptions.put({ ...madeBy(tx), createdAt: tx.now, id: freshIds(tx)('dopt'), options })
  putTags(tx, set.id, tags)
  return { DhcpOptions: viewOf(tx)(set) }
}

// ---- AssociateDhcpOptions, DeleteDhcpOptions ---------------------------------------------------------------------

/** `default` is the set that the account's VPCs begin with, as in Eucalyptus. */
export const associateDhcpOptions: Operation<AssociateDhcpOptionsRequest, void> = (tx, input) => {
  const vpc = named(tx, kinds.vpc, input.VpcId)
  const set =
    input.DhcpOptionsId === 'default'
      ? defaultDhcpOptions(tx, vpc.account)
      : named(tx, kinds.dhcpOptions, input.DhcpOptionsId)
  if (set.account !== vpc.account) kinds.dhcpOptions.missing(set.id)
  tx.vpcs.put({ ...vpc, dhcpOptionsId: set.id })
}

export const deleteDhcpOptions: Operation<DeleteDhcpOptionsRequest, void> = (tx, { DhcpOptionsId }) => {
  const { id } = named(tx, kinds.dhcpOptions, DhcpOptionsId)
  if (tx.vpcs.list().some(({ dhcpOptionsId }) => dhcpOptionsId === id))
    refuseDependency(kinds.dhcpOptions, id)
  tx.dhcpOptions.delete(id)
  forgetTags(tx, id)
}

// ---- DescribeDhcpOptions -----------------------------------------------------------------------------------------

export const describeDhcpOptions: Operation<DescribeDhcpOptionsRequest, DescribeDhcpOptionsResult> = (
  tx,
  input,
) => {
  const sets = shown(tx, kinds.dhcpOptions, tx.dhcpOptions.list(), input.DhcpOptionsIds)
  const { items, nextToken } = page(sets.filter(matchFilters(input.Filters, filters(tx))), input, {
    key: ({ id }) => id,
  })
  return { DhcpOptions: items.map(viewOf(tx)), NextToken: nextToken }
}

const filters = (tx: Tx): FilterTable<DhcpOptions> => ({
  'dhcp-options-id': set => set.id,
  key: set => set.options.map(({ key }) => key),
  'owner-id': set => set.account,
  value: set => set.options.flatMap(({ values }) => values),
  ...tagFilters<DhcpOptions>(tx, ({ id }) => id),
})

const viewOf = (tx: Tx): ((set: DhcpOptions) => DhcpOptionsView) => {
  const tags = tagIndex(tx)
  return ({ id, account, options }) => ({
    DhcpOptionsId: id,
    OwnerId: account,
    DhcpConfigurations: options.map(({ key, values }) => ({
      Key: key,
      Values: values.map(value => ({ Value: value })),
    })),
    Tags: [...tags(id)],
  })
}
