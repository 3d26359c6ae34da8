// SPDX-License-Identifier: BSD-2-Clause
// What operations of load balancing ask of policies.
//
// A balancer is known by its ARN, which its name tells. One that the caller may not touch is as unknown to him as one that is
// not there, as long as he has a right to the action at all; without any he is told that. So the functions here refuse by
// themselves, with AccessPointNotFound. Conditions are AWS'. Lists ask of each balancer whether it may be seen.
import type { Demand, Denial } from '../access'
import { refuse } from '../errors'
import type { Tx } from '../operation'
import { requestTags, resourceTags, type TagLike } from '../tag-conditions'
import { shownBalancer } from './balancers'
import { accessPointNotFound } from './refusals'
import type { LoadBalancer } from './schema'

export const deniedByBalancing: Denial = () =>
  refuse('AccessDenied', 'User is not authorized to perform this operation.', 403)

type Values = NonNullable<Demand['context']>

/** `arn:aws:elasticloadbalancing:eucalyptus:123456789012:loadbalancer/console-lb` */
export const balancerArn = (
  { region }: Pick<Tx, 'region'>,
  { account, name }: Pick<LoadBalancer, 'account' | 'name'>,
): string => `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/${name}`

/** What is asked about one that is there. */
export const balancerDemand = (tx: Tx, balancer: LoadBalancer): Demand => ({
  resource: balancerArn(tx, balancer),
  context: {
    'aws:ResourceAccount': balancer.account,
    ...resourceTags(
      'elasticloadbalancing',
      balancer.tags.map(({ key, value }) => ({ Key: key, Value: value })),
    ),
  },
})

/** Whether the caller may see one, or touch it. Take it once for a list. */
export const mayBalancer = (tx: Tx): ((balancer: LoadBalancer) => boolean) =>
  tx.permitsAll() ? () => true : balancer => tx.permits(balancerDemand(tx, balancer))

/** One that is to be. */
export const newBalancer = (tx: Tx, name: string, context: Values): readonly Demand[] => [
  { resource: balancerArn(tx, { account: tx.caller.account, name }), context },
]

/**
 * Refuse unless the caller may do this to a balancer, which need not be there. Who has no right to the action is told so
 * before anything else; a right that depends on the request is none when that asks for other things.
 */
const check = (tx: Tx, balancer: LoadBalancer | undefined, name = '', asked: Values = {}): readonly [] => {
  const demand = balancer
    ? balancerDemand(tx, balancer)
    : { resource: balancerArn(tx, { account: tx.caller.account, name }) }
  if (tx.permits({ ...demand, context: { ...demand.context, ...asked } })) return []
  tx.authorizeList()
  return accessPointNotFound()
}

interface Named {
  readonly LoadBalancerName?: string | undefined
}

/** The action on the balancer of that name, with what conditions may look at of the request. */
export const onBalancerWith =
  <Input extends Named>(asked: (input: Input) => Values) =>
  (tx: Tx, input: Input): readonly Demand[] => {
    const { LoadBalancerName: name = '' } = input
    return check(tx, tx.loadBalancers.get(name), name, asked(input))
  }

/** The action on the balancer that LoadBalancerName names: `access: onBalancer`. */
export const onBalancer = onBalancerWith<Named>(() => ({}))

/** As `onBalancer`, of operations that only show, and take a name in the DNS as well (`mustShownBalancer`). */
export const onShownBalancer = (tx: Tx, { LoadBalancerName }: Named): readonly Demand[] =>
  check(tx, shownBalancer(tx, LoadBalancerName), LoadBalancerName)

/** The action on each of the balancers that LoadBalancerNames names. */
export const onBalancers =
  <Input extends { readonly LoadBalancerNames?: readonly string[] | undefined }>(
    asked: (input: Input) => Values,
  ) =>
  (tx: Tx, { LoadBalancerNames: names = [], ...input }: Input): readonly Demand[] =>
    names.flatMap(name => check(tx, tx.loadBalancers.get(name), name, asked(input as Input)))

// ---- what conditions may look at of requests ---------------------------------------------------------------------

/** `elasticloadbalancing:ListenerProtocol`: those that clients are to speak. */
export const protocolsAsked = (
  listeners: readonly { readonly Protocol?: string | undefined }[] = [],
): Values => ({
  'elasticloadbalancing:ListenerProtocol': listeners.map(({ Protocol = '' }) => Protocol.toUpperCase()),
})

/** Ids are the same in any case: as they are kept. */
const asIds = (texts: readonly string[]): readonly string[] => texts.map(text => text.toLowerCase())

export const groupsAsked = (groups: readonly string[] = []): Values => ({
  'elasticloadbalancing:SecurityGroup': asIds(groups),
})

export const subnetsAsked = (subnets: readonly string[] = []): Values => ({
  'elasticloadbalancing:Subnet': asIds(subnets),
})

export const schemeAsked = (scheme: string | undefined): Values => ({
  'elasticloadbalancing:Scheme': scheme || 'internet-facing',
})

export const tagsAsked = (tags: readonly TagLike[] | undefined): Values => requestTags(tags)
