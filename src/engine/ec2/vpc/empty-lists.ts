// SPDX-License-Identifier: BSD-2-Clause
// Lists of what no VPC of this cloud has. Programs that look through a VPC, or take one down, ask for these, too: there are
// none, and who names one has the wrong id. Nothing of them can be made.
import {
  DescribeEgressOnlyInternetGateways$,
  DescribeFlowLogs$,
  DescribeManagedPrefixLists$,
  DescribePrefixLists$,
  DescribeVpcEndpoints$,
} from '@aws-sdk/client-ec2'
import { refuse } from '../../errors'
import { type Filter, type FilterTable, matchFilters } from '../../filters'
import { type Operation, type OperationEntry, operation, type Tx } from '../../operation'
import { type PageRequest, page } from '../../pages'
import { onEverything } from '../access/on'

interface EmptyList {
  /** The member of the request that names some of them, of which none is there. */
  readonly ids: string
  readonly missing: (id: string) => never
  readonly filters: readonly string[]
  /** The member of the answer. */
  readonly list: string
}

interface Asked extends PageRequest {
  readonly Filters?: readonly Filter[] | undefined
  readonly Filter?: readonly Filter[] | undefined
}

const emptyList =
  ({ ids, missing, filters, list }: EmptyList): Operation<Asked, object> =>
  (_tx: Tx, input) => {
    const named = (input as Readonly<Record<string, unknown>>)[ids]
    for (const id of Array.isArray(named) ? named : []) missing(String(id))
    const nothing = () => undefined
    const table: FilterTable<never> = Object.fromEntries(filters.map(name => [name, nothing]))
    // Unknown filters and tokens are refused as they are where there is something to list.
    matchFilters(input.Filters ?? input.Filter, table)
    const { items, nextToken } = page<never>([], input, { key: () => '', minimum: 1 })
    return { [list]: items, NextToken: nextToken }
  }

const noPrefixList = (id: string): never =>
  refuse('InvalidPrefixListID.NotFound', `The prefix list ID '${id}' does not exist`)

const tagged = ['tag:', 'tag-key']

const describeVpcEndpoints = emptyList({
  ...{ ids: 'VpcEndpointIds', list: 'VpcEndpoints' },
  missing: id => refuse('InvalidVpcEndpointId.NotFound', `The Vpc Endpoint Id '${id}' does not exist`),
  filters: [
    ...['ip-address-type', 'service-name', 'service-region', 'vpc-endpoint-id', 'vpc-endpoint-state'],
    ...['vpc-endpoint-type', 'vpc-id', ...tagged],
  ],
})

const describePrefixLists = emptyList({
  ...{ ids: 'PrefixListIds', list: 'PrefixLists', missing: noPrefixList },
  filters: ['prefix-list-id', 'prefix-list-name'],
})

const describeManagedPrefixLists = emptyList({
  ...{ ids: 'PrefixListIds', list: 'PrefixLists', missing: noPrefixList },
  filters: ['owner-id', 'prefix-list-id', 'prefix-list-name', ...tagged],
})

const describeEgressOnlyInternetGateways = emptyList({
  ...{ ids: 'EgressOnlyInternetGatewayIds', list: 'EgressOnlyInternetGateways', filters: tagged },
  missing: id =>
    refuse(
      'InvalidEgressOnlyInternetGatewayId.NotFound',
      `The egressOnlyInternetGateway ID '${id}' does not exist`,
    ),
})

const describeFlowLogs = emptyList({
  ...{ ids: 'FlowLogIds', list: 'FlowLogs' },
  missing: id => refuse('InvalidFlowLogId.NotFound', `The flow log ID '${id}' does not exist`),
  filters: [
    ...['deliver-log-status', 'flow-log-id', 'log-destination-type', 'log-group-name', 'resource-id'],
    ...['traffic-type', ...tagged],
  ],
})

const access = onEverything

export const emptyLists: Readonly<Record<string, OperationEntry>> = {
  DescribeVpcEndpoints: operation(DescribeVpcEndpoints$, describeVpcEndpoints, { access }),
  DescribePrefixLists: operation(DescribePrefixLists$, describePrefixLists, { access }),
  DescribeManagedPrefixLists: operation(DescribeManagedPrefixLists$, describeManagedPrefixLists, { access }),
  DescribeEgressOnlyInternetGateways: operation(
    DescribeEgressOnlyInternetGateways$,
    describeEgressOnlyInternetGateways,
    { access },
  ),
  DescribeFlowLogs: operation(DescribeFlowLogs$, describeFlowLogs, { access }),
}
