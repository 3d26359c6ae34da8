// SPDX-License-Identifier: BSD-2-Clause
// Tags of load balancers.
import {
  AddTags$,
  type AddTagsInput,
  type AddTagsOutput,
  DescribeTags$,
  type DescribeTagsInput,
  type DescribeTagsOutput,
  RemoveTags$,
  type RemoveTagsInput,
  type RemoveTagsOutput,
} from '@aws-sdk/client-elastic-load-balancing'
import { refuse } from '../errors'
import { type Operation, type OperationEntry, operation, type Tx } from '../operation'
import { askedWithoutVerbose } from '../verbose'
import { mustBalancer, putBalancer } from './balancers'
import { mayBalancer, onBalancers, tagsAsked } from './permissions'
import { accessPointNotFound } from './refusals'
import type { LoadBalancer } from './schema'
import { checkedTags, checkTagKeys, checkTagLimit, tagsShown, withTags } from './tags'

/** A request changes the tags of one. */
const onlyBalancer = (tx: Tx, names: readonly string[] = []): LoadBalancer => {
  const [name, ...others] = new Set(names)
  if (others.length > 0) refuse('InvalidParameterValue', 'Too many load balancers')
  return mustBalancer(tx, name)
}

export const addTags: Operation<AddTagsInput, AddTagsOutput> = (tx, { LoadBalancerNames, Tags }) => {
  const added = checkedTags(Tags)
  const balancer = onlyBalancer(tx, LoadBalancerNames)
  const tags = withTags(balancer.tags, added)
  checkTagLimit(tags)
  putBalancer(tx, { ...balancer, tags })
  return {}
}

/** Tags that are not there are no error. */
export const removeTags: Operation<RemoveTagsInput, RemoveTagsOutput> = (tx, input) => {
  const gone = (input.Tags ?? []).map(({ Key = '' }) => Key)
  checkTagKeys(gone)
  const balancer = onlyBalancer(tx, input.LoadBalancerNames)
  putBalancer(tx, { ...balancer, tags: balancer.tags.filter(({ key }) => !gone.includes(key)) })
  return {}
}

/** Without names it is all of the account's. */
export const describeTags: Operation<DescribeTagsInput, DescribeTagsOutput> = (tx, input) => {
  const { isVerbose, named } = askedWithoutVerbose(tx.caller, input.LoadBalancerNames)
  const all = (isVerbose ? tx.loadBalancers.everywhere() : tx.loadBalancers.list()).filter(mayBalancer(tx))
  for (const name of named) if (!all.some(balancer => balancer.name === name)) accessPointNotFound()
  return {
    TagDescriptions: all
      .filter(({ name }) => named.length === 0 || named.includes(name))
      .map(({ name, tags }) => ({ LoadBalancerName: name, Tags: tagsShown(tags) })),
  }
}

export const tagOperations: Readonly<Record<string, OperationEntry>> = {
  AddTags: operation(AddTags$, addTags, {
    access: onBalancers<AddTagsInput>(({ Tags }) => tagsAsked(Tags)),
  }),
  RemoveTags: operation(RemoveTags$, removeTags, {
    access: onBalancers<RemoveTagsInput>(({ Tags }) => tagsAsked(Tags)),
  }),
  DescribeTags: operation(DescribeTags$, describeTags, { optional: ['LoadBalancerNames'] }),
}
