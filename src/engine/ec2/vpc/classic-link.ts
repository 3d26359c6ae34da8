// SPDX-License-Identifier: BSD-2-Clause
// ClassicLink, by which instances of the classic network were let into a VPC. No cloud has both, so it is off everywhere;
// programs for AWS ask for it beside each VPC all the same.
import type {
  DescribeVpcClassicLinkDnsSupportRequest,
  DescribeVpcClassicLinkDnsSupportResult,
  DescribeVpcClassicLinkRequest,
  DescribeVpcClassicLinkResult,
} from '@aws-sdk/client-ec2'
import { matchFilters } from '../../filters'
import type { Operation } from '../../operation'
import { page } from '../../pages'
import { tagFilters, tagIndex } from '../../tags'
import type { Vpc } from '../schema/vpc'
import { kinds } from './kinds'
import { shown } from './remnants'

export const describeVpcClassicLink: Operation<
  DescribeVpcClassicLinkRequest,
  DescribeVpcClassicLinkResult
> = (tx, input) => {
  const matches = matchFilters<Vpc>(input.Filters, {
    'is-classic-link-enabled': () => false,
    ...tagFilters<Vpc>(tx, ({ id }) => id),
  })
  const tags = tagIndex(tx)
  const vpcs = shown(tx, kinds.vpc, tx.vpcs.list(), input.VpcIds).filter(matches)
  return { Vpcs: vpcs.map(({ id }) => ({ VpcId: id, ClassicLinkEnabled: false, Tags: [...tags(id)] })) }
}

export const describeVpcClassicLinkDnsSupport: Operation<
  DescribeVpcClassicLinkDnsSupportRequest,
  DescribeVpcClassicLinkDnsSupportResult
> = (tx, input) => {
  const vpcs = shown(tx, kinds.vpc, tx.vpcs.list(), input.VpcIds)
  const { items, nextToken } = page(vpcs, input, {
    key: ({ id }) => id,
    ids: input.VpcIds?.length ? 'vpcIds' : undefined,
  })
  return {
    Vpcs: items.map(({ id }) => ({ VpcId: id, ClassicLinkDnsSupported: false })),
    NextToken: nextToken,
  }
}
